import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { chargedChats, chat, type ChatOutcome } from '../support/chat.js';
import {
  closeBeforeHead,
  contentFilter,
  contextTooLong,
  emptyBody,
  emptyContent,
  errorIn200,
  garbageBody,
  garbageBytes,
  modelNotFound,
  ok,
  rateLimited,
  resetBeforeHead,
  serverError,
  silence,
  silenceAfterHead,
  slowFirstToken,
  unauthorized,
  type Behaviour,
} from '../support/fake-provider/index.js';

const LIMITS = {
  LLM_A_TIMEOUT_MS: '1500',
  LLM_A_FIRST_TOKEN_TIMEOUT_MS: '1000',
  LLM_A_STALL_TIMEOUT_MS: '1000',
  LLM_A_CONTEXT_TOKENS: '4096',
  LLM_B_CONTEXT_TOKENS: '100000',
};

/** A timer may fire this much early, and what it waits for has begun a little before. */
const TIMER_MS = 20;

const CASES = KINDS.flatMap((kind) => [true, false].map((stream) => ({ kind, stream })));

/** A 429 of which only the head is whole. */
function cutRefusal(ending: 'close' | 'silence'): Behaviour {
  return {
    name: 'cutRefusal',
    async play(exchange) {
      await exchange.head({ 'content-length': '100', 'retry-after': '1' }, 429);
      await exchange.write('{"error":');
      if (ending === 'silence') await exchange.pause(Infinity);
      exchange.close();
    },
  };
}

function expectAnswerOf(name: 'a' | 'b', { content, models, isWhole, finish, code }: ChatOutcome): void {
  expect({ content, models, isWhole, finish, code }).toEqual({
    content: `from ${name}`,
    models: [`${name}/m`],
    isWhole: true,
    finish: 'stop',
    code: undefined,
  });
}

describe.each(CASES)('faults before the first word, $kind, stream: $stream', ({ kind, stream }) => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.double({ kind, env: LIMITS });
  });
  afterAll(() => chain.close());
  beforeEach(async () => {
    chain.a.clear();
    chain.b.clear();
    // The failures of the test before are forgotten with the first success.
    for (const model of ['a', 'b']) await ask({ model });
    chain.a.clear().always(ok('from a'));
    chain.b.clear().always(ok('from b'));
  });

  const ask = (body: object = {}) => chat(chain, { stream, ...body });

  it.each([
    ['seconds', () => 1, 1000],
    ['a date', () => new Date(Date.now() + 2000), 900],
  ])('waits as long as Retry-After asks in %s, and asks the same provider again', async (_, when, leastMs) => {
    chain.a.next(rateLimited({ retryAfter: when() }));
    const outcome = await ask();
    expectAnswerOf('a', outcome);
    expect(outcome.attempts).toBe(2);
    const [first, second] = chain.a.calls;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(leastMs - TIMER_MS);
    expect(chain.b.count).toBe(0);
  });

  it.each(['close', 'silence'] as const)('goes by the status of a refusal whose body ends in %s', async (ending) => {
    const saturated = async () => (await chain.attempts('a'))['saturated'] ?? 0;
    const before = await saturated();
    chain.a.next(cutRefusal(ending));
    const outcome = await ask();
    expectAnswerOf('a', outcome);
    expect(outcome.attempts).toBe(2);
    const [first, second] = chain.a.calls;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1000 - TIMER_MS);
    expect(await saturated()).toBe(before + 1);
  });

  it('asks the next provider at once when Retry-After does not fit', async () => {
    chain.a.always(rateLimited({ retryAfter: 3600 }));
    expectAnswerOf('b', await ask());
    expect(chain.a.count).toBe(1);
    chain.a.always(rateLimited({ retryAfter: 4 }));
    expectAnswerOf('b', await ask({ headers: { 'x-deadline-ms': '6000' } }));
    expect(chain.a.count).toBe(2);
  });

  it.each([
    ['a 500', serverError()],
    ['a reset before the head', resetBeforeHead()],
    ['a hang-up before the head', closeBeforeHead()],
    ['an error that calls itself a success', errorIn200()],
    ['an empty answer', emptyContent()],
    ['the page of some proxy', garbageBody()],
    ['a body of nothing', emptyBody()],
  ])('asks the same provider once more after %s', async (_, fault: Behaviour) => {
    chain.a.next(fault);
    const outcome = await ask();
    expectAnswerOf('a', outcome);
    expect({ attempts: outcome.attempts, a: chain.a.count, b: chain.b.count }).toEqual({ attempts: 2, a: 2, b: 0 });
  });

  it.each([
    ['takes the request and is silent', silence()],
    ['promises an answer and is silent', silenceAfterHead()],
    ['has its first token late', slowFirstToken(20_000, { keepAliveMs: 200 })],
  ])('does not wait twice for a provider that %s', async (_, fault: Behaviour) => {
    chain.a.always(fault);
    expectAnswerOf('b', await ask());
    expect(chain.a.count).toBe(1);
  });

  it.each([
    ['refuses the key', unauthorized()],
    ['does not know the model', modelNotFound()],
    ['speaks no HTTP', garbageBytes()],
  ])('asks the next when one %s', async (_, fault: Behaviour) => {
    chain.a.always(fault);
    expectAnswerOf('b', await ask());
  });

  it('takes what is too long for one model to one with a larger context, and nowhere twice', async () => {
    chain.a.always(contextTooLong());
    expectAnswerOf('b', await ask());
    expect(chain.a.count).toBe(1);
  });

  it('tells the client of a refusal on grounds of content, and asks nobody else', async () => {
    chain.a.always(contentFilter());
    const before = await chargedChats(chain);
    const { status, code, message, attempts } = await ask();
    expect({ status, code, attempts, a: chain.a.count, b: chain.b.count }).toEqual({
      status: 422,
      code: 'content_filtered',
      attempts: 1,
      a: 1,
      b: 0,
    });
    expect(message).toContain('content_filter');
    expect(await chargedChats(chain)).toBe(before);
  });

  it('passes on what a model says itself about a refusal, and asks nobody else', async () => {
    chain.a.always(contentFilter('finish_reason'));
    expect(await ask()).toMatchObject({ status: 200, finish: 'content_filter', models: ['a/m'] });
    expect([chain.a.count, chain.b.count]).toEqual([1, 0]);
  });
});

/** Retries are paid from a budget of the process: what needs many of them gets a process of its own. */
describe.each(CASES)('providers that fail for ever, $kind, stream: $stream', ({ kind, stream }) => {
  let chain: ChainApp;
  beforeEach(async () => {
    chain = await ChainApp.double({ kind, env: LIMITS });
    chain.b.always(ok('from b'));
  });
  afterEach(() => chain.close());

  const ask = () => chat(chain, { stream });

  it('backs off a few times from a 429 without Retry-After, then asks the next, and does not blame the first', async () => {
    chain.a.always(rateLimited());
    for (let time = 0; time < 3; time += 1) expectAnswerOf('b', await ask());
    expect(chain.a.count).toBeGreaterThanOrEqual(3);
    expect(chain.a.count).toBeLessThanOrEqual(9);
    const route = (await chain.health())['circuits'];
    expect(JSON.stringify(route)).not.toContain('"open"');
    chain.a.always(ok('from a'));
    expectAnswerOf('a', await ask());
  });

  it('gives up on 503s after a few, and asks the next', async () => {
    chain.a.always(serverError(503));
    const outcome = await ask();
    expectAnswerOf('b', outcome);
    expect(chain.a.count).toBeGreaterThanOrEqual(2);
    expect(chain.a.count).toBeLessThanOrEqual(3);
    expect(outcome.attempts).toBe(chain.a.count + 1);
  });

  it('spends one budget of retries over the whole chain, and charges nothing for a failure', async () => {
    chain.a.always(serverError());
    chain.b.always(serverError());
    const before = await chargedChats(chain);
    const { status, code, attempts } = await ask();
    expect({ status, code }).toEqual({ status: 503, code: 'provider_unavailable' });
    expect(attempts).toBe(chain.a.count + chain.b.count);
    expect(attempts).toBeGreaterThanOrEqual(4);
    expect(attempts).toBeLessThanOrEqual(5);
    expect(await chargedChats(chain)).toBe(before);
  });
});

describe.each(CASES)('a context that is too small, $kind, stream: $stream', ({ kind, stream }) => {
  it('is told to the client when no model in the chain has a larger one', async () => {
    const chain = await ChainApp.double({ kind, env: { ...LIMITS, LLM_B_CONTEXT_TOKENS: '4000' } });
    try {
      chain.a.always(contextTooLong());
      const { status, code } = await chat(chain, { stream });
      expect({ status, code, b: chain.b.count }).toEqual({ status: 422, code: 'context_length_exceeded', b: 0 });
    } finally {
      await chain.close();
    }
  });
});
