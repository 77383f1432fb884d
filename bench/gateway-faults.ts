import { FakeProvider, ok } from '../test/support/fake-provider/index.js';
import { GATEWAY_FAULTS, STORY, WELL, type GatewayFault } from './support/gateway-faults.js';
import { note, print, rounded } from './support/figures.js';
import { removeFolder, startServer, temporaryFolder } from './support/server.js';
import { undoneOnFailure } from './support/undo.js';

/**
 * How a chat ends when the first of two providers fails in each of the known ways, streamed and not. `pass`: the whole answer, or
 * the refusal that is due. `partial`: its beginning, and an error that says so. `safe`: an error alone. `fail`: anything that
 * looks like an answer and is none, or nothing in time.
 */
const LIMITS = { TIMEOUT_MS: '3000', FIRST_TOKEN_TIMEOUT_MS: '1500', STALL_TIMEOUT_MS: '1000', PREFILL: 'true' };
const PATIENCE_MS = 30_000;
/** Calls that each route answers before a fault: more than any fault makes fail. */
const WELL_BEFORE = 10;

type Verdict = 'pass' | 'partial' | 'safe' | 'fail';

interface Heard {
  readonly verdict: Verdict;
  readonly attempts: number;
  readonly ms: number;
}

function settingsOf(name: string, { baseUrl }: FakeProvider, contextTokens: number): Record<string, string> {
  const fields = {
    KIND: 'openai-compatible',
    BASE_URL: baseUrl,
    MODEL: 'm',
    CONTEXT_TOKENS: String(contextTokens),
    ...LIMITS,
  };
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [`LLM_${name}_${field}`, value]));
}

await undoneOnFailure(async (undo) => {
  const folder = await temporaryFolder();
  undo.add(() => removeFolder(folder));
  const [a, b] = [await FakeProvider.start(), await FakeProvider.start()];
  undo.add(() => Promise.all([a.stop(), b.stop()]));
  const env = { LLM_PROVIDERS: 'a,b', ...settingsOf('A', a, 4096), ...settingsOf('B', b, 100_000) };
  const server = await startServer(folder, env);
  undo.add(() => server.stop());

  const ask = async (model: string, stream: boolean): Promise<{ status: number; attempts: number; text: string }> => {
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'A story, please.' }] }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const attempts = Number(response.headers.get('x-holdfast-attempts'));
    return { status: response.status, attempts, text: await response.text() };
  };

  const meet = async (fault: GatewayFault, stream: boolean): Promise<Heard> => {
    a.clear();
    b.clear();
    // Successes first, so that each fault meets a circuit whose route was healthy before.
    for (const model of ['a', 'b']) for (let times = 0; times < WELL_BEFORE; times++) await ask(model, stream);
    a.clear()
      .next(...(fault.next?.() ?? []))
      .always(fault.always ?? ok(STORY));
    b.clear().always(fault.second ?? WELL);
    const startedMs = performance.now();
    const answer = await ask('auto', stream).catch(() => undefined);
    const verdict = answer ? judge(fault, stream, answer, b.count) : 'fail';
    // A stream's head is sent with its first word: it does not count attempts after that.
    return { verdict, attempts: a.count + b.count, ms: rounded(performance.now() - startedMs, 0) };
  };

  const cases: Record<string, unknown>[] = [];
  for (const fault of GATEWAY_FAULTS)
    for (const stream of [false, true]) {
      const heard = await meet(fault, stream);
      note(`${heard.verdict}  ${fault.name}${stream ? ', streamed' : ''}: ${heard.attempts} attempts, ${heard.ms} ms`);
      cases.push({ fault: fault.name, stream, ...heard });
    }
  const count = (verdict: Verdict) => cases.filter((one) => one['verdict'] === verdict).length;
  print({
    name: 'gateway-faults',
    ratio: rounded(count('pass') / cases.length),
    measured: count('pass'),
    baseline: cases.length,
    unit: 'faults passed over faults met',
    runs: 1,
    partial: count('partial'),
    safe: count('safe'),
    fail: count('fail'),
    cases,
  });
  await undo.run();
});

function judge(
  { refusal, stays = false }: GatewayFault,
  stream: boolean,
  { status, text }: { status: number; text: string },
  askedOthers: number,
): Verdict {
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  if (refusal !== undefined) return code === refusal && status >= 400 && askedOthers === 0 ? 'pass' : 'fail';
  if (stays && askedOthers > 0) return 'fail';
  if (status !== 200) return code === undefined ? 'fail' : 'safe';
  if (!stream) return contentOf(JSON.parse(text)) === STORY ? 'pass' : 'fail';
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);
  const content = events
    .filter((data) => data.startsWith('{'))
    .map((data) => contentOf(JSON.parse(data)))
    .join('');
  if (events.at(-1) === '[DONE]') return content === STORY ? 'pass' : 'fail';
  return code !== undefined && STORY.startsWith(content) ? 'partial' : 'fail';
}

interface Answered {
  readonly choices?: readonly { readonly message?: { content: string }; readonly delta?: { content?: string } }[];
}

function contentOf(body: unknown): string {
  const [choice] = (body as Answered).choices ?? [];
  return choice?.message?.content ?? choice?.delta?.content ?? '';
}
