import { afterEach, describe, expect, test } from '@jest/globals';
import { PROBE_PERIOD_MS } from '../../src/llm/broker/route.js';
import { systemClock, type Clock } from '../../src/reliability/ports.js';
import { ChainApp, attemptsIn, chainEnv, KINDS, timedBreakdown, type TimedAnswer } from '../support/chain-app.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import {
  FakeProvider,
  rateLimited,
  resetBeforeHead,
  serverError,
  silence,
  slow,
  type Behaviour,
} from '../support/fake-provider/index.js';

const CLIENTS = 100;
/** Calls per request on a dead provider. */
const MOST_PER_REQUEST = 1.1;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(options: Parameters<typeof ChainApp.double>[0] = {}): Promise<ChainApp> {
  const chain = await ChainApp.double(options);
  closing.push(() => chain.close());
  return chain;
}

const providersOf = (answers: readonly TimedAnswer[]) => new Set(answers.map(({ body }) => body.provider));
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, one) => total + one, 0);

describe.each(KINDS)('a chain of kind %s', (kind) => {
  test('answers by its second provider when the first is down', async () => {
    const chain = await started({ kind });
    await chain.a.down();
    const { status, body } = await chain.ask();
    expect({ status, body }).toMatchObject({ status: 200, body: { provider: 'b', model: 'm', degraded: false } });
    expect(await chain.charged()).toBe(1);
  });

  test('answers by the planner within the deadline when both are down', async () => {
    const chain = await started({ kind });
    await Promise.all([chain.a.down(), chain.b.down()]);
    const { status, body, elapsedMs } = await chain.ask({}, { headers: { 'x-deadline-ms': '1000' } });
    expect({ status, body }).toMatchObject({ status: 200, body: { provider: 'offline', degraded: true } });
    expect(elapsedMs).toBeLessThanOrEqual(1200);
    expect(await chain.charged()).toBe(0);
  });

  test('answers by the planner within the deadline when both are silent', async () => {
    const chain = await started({ kind });
    chain.a.always(silence());
    chain.b.always(silence());
    const { status, body, elapsedMs } = await chain.ask({}, { headers: { 'x-deadline-ms': '1000' } });
    expect({ status, body }).toMatchObject({ status: 200, body: { provider: 'offline', degraded: true, attempts: 3 } });
    expect(elapsedMs).toBeLessThanOrEqual(1200);
    expect([chain.a.count, chain.b.count]).toEqual([1, 1]);
  });

  test('ends at the deadline when both are silent and nothing stands behind them', async () => {
    const chain = await started({ kind, env: { LLM_OFFLINE_FALLBACK: 'false' } });
    chain.a.always(silence());
    chain.b.always(silence());
    const { status, body, elapsedMs } = await chain.ask({}, { headers: { 'x-deadline-ms': '1000' } });
    expect(status).toBe(504);
    expect(elapsedMs).toBeLessThanOrEqual(1200);
    // The last provider is given all that is left: its silence and the deadline end at the same moment.
    expect(['provider_timeout', 'deadline_exceeded']).toContain('code' in body ? body.code : undefined);
    expect([chain.a.count, chain.b.count]).toEqual([1, 1]);
    expect(await chain.charged()).toBe(0);
  });

  test('tells the failure of the last provider when nothing stands behind it', async () => {
    const chain = await started({ kind, env: { LLM_OFFLINE_FALLBACK: 'false' } });
    chain.a.always(rateLimited({ retryAfter: 3600 }));
    chain.b.always(serverError(503, { headers: { 'retry-after': '120' } }));
    const { status, body, headers } = await chain.ask();
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } });
    expect(headers['retry-after']).toBe('120');
  });
});

describe('a first provider that is back', () => {
  let skippedMs = 0;
  const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + skippedMs };

  async function composed(a: FakeProvider, b: FakeProvider): Promise<ComposedApp> {
    const app = await composeTestApp({ clock, env: chainEnv({ a, b }) });
    closing.push(
      () => a.stop(),
      () => b.stop(),
      () => app.close(),
    );
    return app;
  }

  const many = (app: ComposedApp, count: number) =>
    Promise.all(Array.from({ length: count }, () => timedBreakdown(app.api)));

  test.each([
    ['was down', undefined],
    ['was failing', serverError(503)],
  ])('after it %s is used again after one probe period and one probe', async (_name, behaviour) => {
    const [a, b] = [await FakeProvider.start(), await FakeProvider.start()];
    const app = await composed(a, b);
    const circuit = async () =>
      (await app.api.get<{ circuits: Record<string, string> }>('/health')).body.circuits['llm a/m'];
    if (behaviour) a.always(behaviour);
    else await a.down();
    while ((await circuit()) !== 'open') expect(providersOf(await many(app, 2))).toEqual(new Set(['b']));
    a.clear();
    await a.up();
    expect(providersOf(await many(app, 10))).toEqual(new Set(['b']));
    expect(a.count).toBe(0);

    skippedMs += PROBE_PERIOD_MS;
    // All of them come while it is under way.
    a.always(slow(2_000));
    const probed = await many(app, 10);
    expect(a.count).toBe(1);
    expect(probed.map(({ body }) => body.provider).filter((provider) => provider === 'a')).toHaveLength(1);
    expect(await circuit()).toBe('closed');
    a.clear();
    expect(providersOf(await many(app, 10))).toEqual(new Set(['a']));
  });

  test('is probed once a period while it is still dead', async () => {
    const [a, b] = [await FakeProvider.start(), await FakeProvider.start()];
    const app = await composed(a, b);
    a.always(resetBeforeHead());
    await many(app, 20);
    for (let period = 0; period < 3; period++) {
      skippedMs += PROBE_PERIOD_MS;
      a.clear().always(resetBeforeHead());
      for (let round = 0; round < 3; round++) expect(providersOf(await many(app, 10))).toEqual(new Set(['b']));
      expect(a.count).toBe(1);
    }
  });
});

describe('a hundred clients', () => {
  test.each<[string, Behaviour | undefined]>([
    ['is down', undefined],
    ['answers 503', serverError(503)],
    [
      'answers 503 late',
      {
        ...serverError(503),
        play: async (exchange) => {
          await exchange.pause(300);
          await serverError(503).play(exchange);
        },
      },
    ],
    ['resets', resetBeforeHead()],
    ['is silent', silence()],
  ])('at a first provider that %s call it at most 1.1 times each, and the second answers', async (_name, behaviour) => {
    const chain = await started({ env: { LLM_A_TIMEOUT_MS: '3000', LLM_A_MAX_CONCURRENCY: '100' } });
    if (behaviour) chain.a.always(behaviour);
    else await chain.a.down();
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => chain.ask()));
    expect(providersOf(answers)).toEqual(new Set(['b']));
    const attempts = sum(attemptsIn((await chain.api.get('/metrics')).text, 'a'));
    expect(attempts).toBeGreaterThan(0);
    expect(attempts).toBeLessThanOrEqual(CLIENTS * MOST_PER_REQUEST);
    if (behaviour) expect(chain.a.count).toBe(attempts);
    expect(await chain.charged()).toBe(CLIENTS);
  });

  test('at a first provider that answers 429 repeat no more than the retry budget pays for', async () => {
    const chain = await started({ env: { LLM_A_MAX_CONCURRENCY: '100' } });
    chain.a.always(rateLimited());
    const startedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => chain.ask()));
    const seconds = (performance.now() - startedMs) / 1000;
    expect(providersOf(answers)).toEqual(new Set(['b']));
    // It is alive, so no circuit opens. Ten retries are saved up; each request earns a tenth of one, each second a whole one.
    expect(chain.a.count).toBeLessThanOrEqual(CLIENTS + 10 + CLIENTS / 10 + seconds);
  });
});
