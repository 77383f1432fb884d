import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ChainApp } from '../support/chain-app.js';
import { badRequest, rateLimited, repairedAtSecondTry, serverError, silence } from '../support/fake-provider/index.js';
import { until } from '../support/until.js';

interface AttemptLine {
  readonly provider: string;
  readonly outcome: string;
  readonly attempt: number;
  readonly request_id: string;
}

let chain: ChainApp;
beforeEach(async () => void (chain = await ChainApp.double({ env: { LLM_A_TIMEOUT_MS: '1000' } })));
afterEach(() => chain.close());

/** The log's record of each attempt of a request, in order. */
function linesOf(requestId: string | undefined): AttemptLine[] {
  const lines = chain.app.logLines.map((line) => JSON.parse(line) as AttemptLine & { message: string });
  return lines.filter(({ message, request_id }) => message === 'provider attempt' && request_id === requestId);
}

const tokens = async (labels: string) => {
  const { text } = await chain.api.get('/metrics');
  return Number(new RegExp(`^holdfast_llm_tokens_total\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
};

describe('attempts at providers', () => {
  test('are counted by their outcome, and by no more', async () => {
    chain.a.next(serverError(), badRequest());
    await chain.ask();
    chain.a.always(repairedAtSecondTry());
    await chain.ask({ input_text: 'Paint the door' });
    expect(await chain.attempts('a')).toEqual({ server_error: 1, rejected: 1, mismatched: 1, success: 1 });
    expect(await chain.attempts('b')).toEqual({ success: 1 });
    const { text } = await chain.api.get('/metrics');
    expect(text).toMatch(/^holdfast_llm_attempt_duration_seconds_count\{provider="a",model="m"\} 4$/m);
    expect(text).toMatch(/^holdfast_llm_attempt_duration_seconds_count\{provider="b",model="m"\} 1$/m);
  });

  test('tell what they cost in tokens', async () => {
    const { body } = await chain.ask();
    expect(body.usage.input_tokens).toBeGreaterThan(0);
    const labels = 'provider="a",model="m",outcome="success",direction=';
    expect(await tokens(`${labels}"input"`)).toBe(body.usage.input_tokens);
    expect(await tokens(`${labels}"output"`)).toBe(body.usage.output_tokens);
  });

  test('leave one line each in the log', async () => {
    chain.a.next(serverError(503), silence());
    const { headers, body } = await chain.ask();
    expect(body).toMatchObject({ provider: 'b', attempts: 3 });
    const lines = linesOf(headers['x-request-id']);
    const common = { provider: 'a', model: 'm', latency_ms: expect.any(Number), input_tokens: 0, output_tokens: 0 };
    expect(lines).toEqual([
      expect.objectContaining({ ...common, attempt: 1, outcome: 'server_error', level: 'warn' }),
      expect.objectContaining({ ...common, attempt: 2, outcome: 'silent', level: 'warn' }),
      expect.objectContaining({
        ...common,
        provider: 'b',
        attempt: 3,
        outcome: 'success',
        level: 'info',
        input_tokens: body.usage.input_tokens,
        output_tokens: body.usage.output_tokens,
      }),
    ]);
  });

  test('that nobody waits for any more are told as cancelled', async () => {
    chain.a.always(silence());
    const gone = new AbortController();
    const asking = chain.ask({}, { signal: gone.signal }).catch(() => undefined);
    await until(() => chain.a.count === 1);
    gone.abort();
    await asking;
    await until(async () => (await chain.attempts('a'))['cancelled'] === 1);
    expect(await chain.attempts('a')).toEqual({ cancelled: 1 });
    const lines = chain.app.logLines.filter((line) => line.includes('"provider attempt"'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ outcome: 'cancelled', attempt: 1, level: 'info' });
  });

  test('that are not made leave nothing: an open circuit is no attempt', async () => {
    chain.a.always(serverError());
    while ((await chain.health()).circuits['llm a/m'] !== 'open') await chain.ask();
    const before = await chain.attempts('a');
    const { headers, body } = await chain.ask();
    expect(body).toMatchObject({ provider: 'b', attempts: 1 });
    expect(await chain.attempts('a')).toEqual(before);
    expect(linesOf(headers['x-request-id'])).toEqual([expect.objectContaining({ provider: 'b', attempt: 1 })]);
  });
});

describe('the state of health', () => {
  test('shows the circuit and the places of each provider, and asks none of them', async () => {
    await chain.ask();
    chain.a.clear();
    const { circuits, bulkheads } = await chain.health();
    expect(circuits).toMatchObject({ 'llm a/m': 'closed' });
    expect(bulkheads).toMatchObject({
      'llm a': { active: 0, queued: 0, limit: 24 },
      'llm b': { active: 0, queued: 0, limit: 16 },
    });
    for (const path of ['/health/live', '/health/ready', '/health/startup', '/metrics']) await chain.api.get(path);
    expect([chain.a.count, chain.b.count]).toEqual([0, 0]);
  });

  test('shows which circuit is open; wanting less opens none', async () => {
    chain.a.always(serverError(503));
    chain.b.always(rateLimited());
    while ((await chain.health()).circuits['llm a/m'] !== 'open') await chain.ask();
    expect((await chain.health()).circuits).toMatchObject({ 'llm a/m': 'open', 'llm b/m': 'closed' });
  });
});
