import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { ChainApp } from '../support/chain-app.js';
import { rateLimited, serverError, silence, silenceAfterHead } from '../support/fake-provider/index.js';
import { Gate } from '../support/gate.js';
import { ABORT_MS, leastOf } from '../support/own-time.js';
import { until } from '../support/until.js';

let chain: ChainApp;
beforeEach(async () => {
  chain.a.clear();
  chain.b.clear();
  await until(() => chain.a.inFlight === 0);
});
afterAll(() => chain.close());

/** A client that can go. */
function client(deadlineMs = 20_000) {
  const connection = new AbortController();
  const outcome = chain.ask({}, { signal: connection.signal, headers: { 'x-deadline-ms': String(deadlineMs) } }).then(
    ({ status }) => status,
    (error: Error) => error.name,
  );
  const go = async (): Promise<number> => {
    const goneMs = performance.now();
    connection.abort();
    expect(await outcome).toBe('AbortError');
    return goneMs;
  };
  return { outcome, go };
}

const bulkhead = async () => (await chain.health()).bulkheads['llm a'];

async function expectNothingLeft(): Promise<void> {
  await until(async () => (await bulkhead())?.active === 0);
  await until(async () => (await chain.app.database.query('SELECT id FROM usage_reservations')).length === 0);
  expect(await chain.charged()).toBe(0);
}

beforeAll(async () => void (chain = await ChainApp.double({ env: { LLM_A_MAX_CONCURRENCY: '1' } })));

describe('a client that goes', () => {
  test.each([
    ['is silent', silence()],
    ['has sent its head', silenceAfterHead()],
  ])('takes the call at a provider that %s along within 100 ms', async (_name, behaviour) => {
    chain.a.always(behaviour);
    let clients = 0;
    const tookMs = await leastOf(ABORT_MS, async () => {
      const { go } = client();
      clients += 1;
      await until(() => chain.a.count === clients);
      const goneMs = await go();
      const call = chain.a.calls.at(-1);
      await until(() => call?.aborted !== undefined);
      return (call?.at ?? NaN) + (call?.aborted ?? NaN) - goneMs;
    });
    expect(tookMs).toBeLessThanOrEqual(ABORT_MS);
    await expectNothingLeft();
    expect([chain.a.count, chain.b.count]).toEqual([clients, 0]);
  });

  test.each([
    ['a wait that the provider has asked for', rateLimited({ retryAfter: 1 }), 1000],
    ['a wait of our own', serverError(), 250],
  ])('ends %s, and no attempt follows', async (_name, behaviour, waitMs) => {
    chain.a.always(behaviour);
    const { go } = client();
    await until(() => chain.a.calls[0]?.finished === true);
    await go();
    const before = chain.a.count;
    await pause(waitMs + 200);
    // The wait of our own is random, and may have been over.
    expect(before).toBeLessThanOrEqual(waitMs === 1000 ? 1 : 3);
    expect([chain.a.count, chain.b.count]).toEqual([before, 0]);
    await expectNothingLeft();
  });

  test('leaves the queue for a place at once, and its turn goes to nobody', async () => {
    const gate = new Gate();
    chain.a.always(gate.behaviour);
    chain.b.always(gate.behaviour);
    const first = client();
    await until(() => chain.a.inFlight === 1);
    const second = client();
    await until(async () => (await bulkhead())?.queued === 1);
    await second.go();
    await until(async () => (await bulkhead())?.queued === 0);
    expect(chain.a.inFlight).toBe(1);
    gate.open();
    expect(await first.outcome).toBe(200);
    await pause(100);
    expect([chain.a.count, chain.b.count]).toEqual([1, 0]);
    expect(await chain.charged()).toBe(1);
  });
});

describe('a deadline that passes', () => {
  test('takes the call along within 100 ms, and no attempt follows', async () => {
    // Half of the time for the first, the rest for the second, and 200 ms for the planner; then how late each of it was.
    const lateMs = await leastOf(ABORT_MS, async () => {
      for (const provider of [chain.a, chain.b]) provider.clear().always(silence());
      const { status, elapsedMs, body } = await chain.ask({}, { headers: { 'x-deadline-ms': '700' } });
      expect({ status, body }).toMatchObject({ status: 200, body: { degraded: true, attempts: 3 } });
      await until(() => chain.a.inFlight + chain.b.inFlight === 0);
      const [a, b] = [chain.a.calls[0], chain.b.calls[0]];
      await pause(300);
      expect([chain.a.count, chain.b.count]).toEqual([1, 1]);
      const bothMs = (b?.at ?? NaN) + (b?.aborted ?? NaN) - (a?.at ?? NaN);
      return Math.max((a?.aborted ?? NaN) - 250, bothMs - 500, elapsedMs - 800);
    });
    expect(lateMs).toBeLessThanOrEqual(ABORT_MS);
  });
});
