import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ChainApp, KINDS } from '../support/chain-app.js';
import type { ReceivedCall } from '../support/fake-provider/index.js';

const MOST = 4000;

/** Texts of which one unit is one code point in the contract's eyes, whatever JavaScript or a reader counts. */
const ALPHABETS = {
  letters: 'a',
  emoji: '\u{1f98a}',
  families: '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  'right-to-left script': '\u0634\u05e9',
  'combining marks': 'e\u0301\u0323',
  'marks that turn the line': '\u202e\u2066x\u2069\u202c',
  'what JSON escapes': '"\\\n\t\u2028\u007f',
} as const;

/** So many code points of it. */
function of(alphabet: string, length: number): string {
  const points = [...alphabet];
  return Array.from({ length }, (_, at) => points[at % points.length]).join('');
}

/** The one object that the user message of a call is. */
function askedFor(call: ReceivedCall | undefined): Record<string, unknown> {
  const [user] = call?.messages.filter(({ role }) => role === 'user') ?? [];
  const content = Array.isArray(user?.content) ? (user.content as { text: string }[])[0]?.text : user?.content;
  return JSON.parse(String(content)) as Record<string, unknown>;
}

let chain: ChainApp;

describe.each(KINDS)('before a provider of kind %s', (kind) => {
  beforeAll(async () => void (chain = await ChainApp.single({ kind, env: { LLM_OFFLINE_FALLBACK: 'false' } })));
  beforeEach(() => void chain.a.clear());
  afterAll(() => chain.close());

  /** Expects the call to be answered by the provider, which got the text as it is. */
  async function expectPassed(body: { input_text: string; context_hints?: string[] }): Promise<void> {
    const { status, body: plan } = await chain.ask(body);
    expect({ status, body: plan }).toMatchObject({ status: 200, body: { provider: 'a' } });
    expect(askedFor(chain.a.calls[0])).toMatchObject({ task: body.input_text, hints: body.context_hints ?? [] });
  }

  async function expectRefused(body: object, status: number, code: string): Promise<void> {
    const answer = await chain.ask(body);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { code } });
    expect(chain.a.count).toBe(0);
  }

  describe.each(Object.entries(ALPHABETS))('%s', (_name, alphabet) => {
    test('may be 4,000 code points of task, and not one more', async () => {
      await expectPassed({ input_text: of(alphabet, MOST) });
      chain.a.clear();
      await expectRefused({ input_text: of(alphabet, MOST + 1) }, 413, 'request_too_large');
    });

    test('may be 280 code points of hint, and not one more', async () => {
      await expectPassed({ input_text: 'x', context_hints: [of(alphabet, 280)] });
      chain.a.clear();
      await expectRefused({ input_text: 'x', context_hints: [of(alphabet, 281)] }, 422, 'validation_error');
    });

    test('may be 4,000 code points of task, hints and template ids together, and not one more', async () => {
      const rest = {
        context_hints: [of(alphabet, 280), of(alphabet, 279)],
        template_ids: ['tax-return', 'move-house'],
      };
      const used = 280 + 279 + 'tax-return'.length + 'move-house'.length;
      await expectPassed({ input_text: of(alphabet, MOST - used), ...rest });
      chain.a.clear();
      await expectRefused({ input_text: of(alphabet, MOST - used + 1), ...rest }, 413, 'request_too_large');
    });
  });

  test('hints may be 32, and not one more', async () => {
    const hints = (count: number) => Array.from({ length: count }, (_, at) => `hint ${at}`);
    await expectPassed({ input_text: 'x', context_hints: hints(32) });
    chain.a.clear();
    await expectRefused({ input_text: 'x', context_hints: hints(33) }, 422, 'validation_error');
  });

  test('32 hints of 280 code points are each allowed, and together too many', async () => {
    const context_hints = Array.from({ length: 32 }, () => of(ALPHABETS.emoji, 280));
    await expectRefused({ input_text: 'x', context_hints }, 413, 'request_too_large');
    // 32 hints that fill all that is left.
    await expectPassed({ input_text: 'x', context_hints: context_hints.map((_, at) => of('h', at < 31 ? 125 : 124)) });
  });

  test('template ids may be 32, and not one more', async () => {
    const ids = (count: number) => Array.from({ length: count }, () => 'tax-return');
    expect((await chain.ask({ template_ids: ids(32) })).body).toMatchObject({ template_id: 'tax-return' });
    chain.a.clear();
    await expectRefused({ template_ids: ids(33) }, 422, 'validation_error');
  });
});
