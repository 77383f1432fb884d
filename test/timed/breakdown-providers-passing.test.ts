import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ChainApp, KINDS } from '../support/chain-app.js';
import {
  atFirst,
  closeBeforeHead,
  rateLimited,
  repairedAtSecondTry,
  resetBeforeHead,
  serverError,
  silence,
  truncatedJson,
  type Behaviour,
} from '../support/fake-provider/index.js';

/** A timer may fire this much early. */
const TIMER_MS = 5;
const HEADERS = { 'x-deadline-ms': '6000' };

let chain: ChainApp;

/** Milliseconds between the arrivals of the first two calls. */
function gapMs(): number {
  const [first, second] = chain.a.calls;
  return (second?.at ?? NaN) - (first?.at ?? NaN);
}

describe.each(KINDS)('a fault that passes, at a provider of kind %s,', (kind) => {
  beforeAll(async () => void (chain = await ChainApp.double({ kind, env: { LLM_A_TIMEOUT_MS: '2000' } })));
  beforeEach(() => {
    chain.a.clear();
    chain.b.clear();
  });
  afterAll(() => chain.close());

  async function expectAnsweredAtSecondTry(first: Behaviour): Promise<void> {
    chain.a.next(first);
    const charged = await chain.charged();
    const { status, body } = await chain.ask({}, { headers: HEADERS });
    expect({ status, body }).toMatchObject({ status: 200, body: { provider: 'a', degraded: false, attempts: 2 } });
    expect([chain.a.count, chain.b.count]).toEqual([2, 0]);
    expect(await chain.charged()).toBe(charged + 1);
  }

  test.each([
    ['500', serverError()],
    ['503', serverError(503)],
    ['a reset', resetBeforeHead()],
    ['a hang-up', closeBeforeHead()],
    ['429 without a wait', rateLimited()],
  ])('%s, costs one attempt more', (_name, first) => expectAnsweredAtSecondTry(first));

  test('429 for a second, is waited out', async () => {
    await expectAnsweredAtSecondTry(rateLimited({ retryAfter: 1 }));
    expect(gapMs()).toBeGreaterThanOrEqual(1000 - TIMER_MS);
  });

  test('429 until a date, is waited out', async () => {
    // The header has whole seconds: it asks for one to two of them.
    const until = Math.floor(Date.now() / 1000 + 2) * 1000;
    await expectAnsweredAtSecondTry(rateLimited({ retryAfter: new Date(until) }));
    expect(performance.timeOrigin + (chain.a.calls[1]?.at ?? NaN)).toBeGreaterThanOrEqual(until - TIMER_MS);
  });

  test('503 for a second, is waited out', async () => {
    await expectAnsweredAtSecondTry(serverError(503, { headers: { 'retry-after': '1' } }));
    expect(gapMs()).toBeGreaterThanOrEqual(1000 - TIMER_MS);
  });

  test.each([
    ['seconds', 3600],
    ['a date', new Date(Date.now() + 3_600_000)],
  ])('429 for an hour, in %s, is not waited out: the next provider answers at once', async (_name, retryAfter) => {
    chain.a.always(rateLimited({ retryAfter }));
    const { body, elapsedMs } = await chain.ask({}, { headers: HEADERS });
    expect(body).toMatchObject({ provider: 'b', degraded: false, attempts: 2 });
    expect([chain.a.count, chain.b.count]).toEqual([1, 1]);
    expect(elapsedMs).toBeLessThan(1000);
  });

  test.each([
    ['another shape', repairedAtSecondTry()],
    ['half of its JSON', atFirst(truncatedJson())],
  ])('an answer with %s, is repaired by the same provider, which is told what was wrong', async (_name, behaviour) => {
    chain.a.always(behaviour);
    const { body } = await chain.ask({}, { headers: HEADERS });
    expect(body).toMatchObject({ provider: 'a', degraded: false, attempts: 2 });
    expect([chain.a.count, chain.b.count]).toEqual([2, 0]);
    const [first = [], second = []] = chain.a.calls.map(({ messages }) => messages);
    expect(second.slice(0, first.length)).toEqual(first);
    expect(second.slice(first.length).map(({ role }) => role)).toEqual(['assistant', 'user']);
    expect(JSON.stringify(second.at(-1)?.content)).toContain('Your last answer cannot be used: it ');
  });

  test('a silence, is not met twice: the next provider answers', async () => {
    chain.a.next(silence());
    const { body } = await chain.ask({}, { headers: { 'x-deadline-ms': '1500' } });
    expect(body).toMatchObject({ provider: 'b', degraded: false, attempts: 2 });
    expect([chain.a.count, chain.b.count]).toEqual([1, 1]);
  });
});
