import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { BulkheadRegistry } from '../../reliability/bulkhead/bulkhead.registry.js';
import { CircuitRegistry } from '../../reliability/circuit/circuit.registry.js';
import { ClientGone, Deadline } from '../../reliability/deadline/deadline.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { RetryBudgetRegistry } from '../../reliability/retry/retry-budget.registry.js';
import { FAULTS, ProviderFault, type FaultKind } from '../provider-fault.js';
import type { ChatCompletion, ChatRequest, LlmProvider, OpenAnswer, ProviderCall, StreamCall } from '../provider.js';
import { LlmBroker } from './broker.js';
import type { LlmAttempt } from './llm-attempt.js';
import type { LlmAnswer, LlmCall } from './llm-call.js';
import { Relay } from './relay.js';
import { PREFILL_REST_MS, PROBE_PERIOD_MS, Route } from './route.js';

/** A content, a kind of fault, or what is thrown. */
type Script = string | Error | ((call: ProviderCall, request: ChatRequest) => Promise<string>);

const isFault = (script: Script): script is FaultKind => typeof script === 'string' && Object.hasOwn(FAULTS, script);

/** Plays one script after the other, and repeats the last one. */
class ScriptedProvider implements LlmProvider {
  readonly model = 'm';
  readonly requests: ChatRequest[] = [];
  readonly calls: ProviderCall[] = [];
  private scripts: readonly Script[] = ['good'];

  constructor(readonly name: string) {}

  will(...scripts: readonly Script[]): void {
    this.scripts = scripts;
  }

  async complete(request: ChatRequest, call: ProviderCall): Promise<ChatCompletion> {
    this.requests.push(request);
    this.calls.push(call);
    const [script = 'good', ...rest] = this.scripts;
    if (rest.length > 0) this.scripts = rest;
    if (script instanceof Error) throw script;
    if (isFault(script)) throw new ProviderFault(script);
    const content = typeof script === 'string' ? script : await script(call, request);
    return {
      id: 'c',
      object: 'chat.completion',
      created: 0,
      model: 'told',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    };
  }
}

let clock: ManualClock;
let one: ScriptedProvider;
let two: ScriptedProvider;
let attempts: LlmAttempt[];

beforeEach(() => {
  clock = new ManualClock();
  one = new ScriptedProvider('one');
  two = new ScriptedProvider('two');
  attempts = [];
});

interface Settings {
  maxConcurrency?: number;
  contexts?: readonly (number | undefined)[];
  prefill?: boolean;
}

function brokerOf(
  providers: readonly LlmProvider[],
  { maxConcurrency = 24, contexts = [], prefill }: Settings = {},
): LlmBroker {
  const parts = {
    circuits: new CircuitRegistry(clock),
    bulkheads: new BulkheadRegistry(clock),
    budgets: new RetryBudgetRegistry(clock),
  };
  const routes = providers.map(
    (provider, at) =>
      new Route({ provider, maxConcurrency, contextTokens: contexts[at], prefill, first: at === 0 }, parts),
  );
  const ports = { clock, sleep: clock.sleep, random: () => 0.5 };
  const broker = new LlmBroker({ routes, ports, repairPrompt: 'Wrong: {complaint}' });
  broker.onAttempt((attempt) => attempts.push(attempt));
  return broker;
}

/** Takes `good`, `good…` and, with a wish, `fair`. */
function callOf(more: Partial<LlmCall<string>> = {}): LlmCall<string> {
  return {
    request: { messages: [{ role: 'user', content: 'text' }] },
    read: (content) =>
      content.startsWith('good')
        ? { ok: true, value: content }
        : content === 'fair'
          ? { ok: true, value: content, complaint: 'better' }
          : { ok: false, complaint: 'bad' },
    limits: { attemptMs: 20_000, maxAnswerBytes: 1000, retries: 3 },
    deadline: Deadline.after(clock, 45_000),
    ...more,
  };
}

/** Runs a call to its end, however long it waits. */
async function ended(broker: LlmBroker, call = callOf()): Promise<LlmAnswer<string> | AppError> {
  const run = { ended: false };
  const result = broker
    .call(call)
    .catch((error: unknown) => {
      if (error instanceof AppError) return error;
      throw error;
    })
    .finally(() => (run.ended = true));
  await clock.settle();
  while (!run.ended) await clock.advance(50);
  call.deadline.release();
  return result;
}

const hang = (call: ProviderCall) =>
  new Promise<string>((_, reject) => {
    const disarm = clock.schedule(call.timeoutMs, () => reject(new ProviderFault('silent')));
    call.signal.addEventListener('abort', () => {
      disarm();
      reject(call.signal.reason);
    });
  });

describe('a chain that answers', () => {
  it('tells who gave the answer and after how many attempts', async () => {
    expect(await ended(brokerOf([one, two]))).toMatchObject({
      value: 'good',
      provider: 'one',
      model: 'm',
      attempts: 1,
      completion: { usage: { prompt_tokens: 7 } },
    });
    expect(two.calls).toEqual([]);
    expect(attempts).toEqual([
      expect.objectContaining({ provider: 'one', attempt: 1, outcome: 'success', inputTokens: 7, outputTokens: 3 }),
    ]);
  });
});

describe('the provider to ask first', () => {
  it('is asked first, and the others follow in their order', async () => {
    const three = new ScriptedProvider('three');
    three.will('rejected');
    expect(await ended(brokerOf([one, two, three]), callOf({ first: 'three' }))).toMatchObject({ provider: 'one' });
    expect(await ended(brokerOf([one, two]), callOf({ first: 'two' }))).toMatchObject({ provider: 'two', attempts: 1 });
  });

  it('that is not there any more changes nothing', async () => {
    expect(await ended(brokerOf([one, two]), callOf({ first: 'gone' }))).toMatchObject({ provider: 'one' });
  });
});

describe.each([
  ['unreachable', 3],
  ['reset', 3],
  ['saturated', 3],
  ['server_error', 3],
  ['malformed', 3],
  ['empty', 3],
  ['silent', 1],
  ['too_slow', 1],
  ['rejected', 1],
  ['unusable', 1],
  ['truncated', 1],
  ['too_large', 1],
  ['context_too_long', 1],
] as const)('a provider that is %s for ever', (kind, most) => {
  it(`is asked ${most} times, then the next one answers`, async () => {
    one.will(kind);
    expect(await ended(brokerOf([one, two]))).toMatchObject({ value: 'good', provider: 'two', attempts: most + 1 });
    expect(one.calls).toHaveLength(most);
  });

  it('gives its own error when there is no other', async () => {
    one.will(kind);
    expect(await ended(brokerOf([one]))).toMatchObject({ code: FAULTS[kind].code, kind });
  });
});

describe('a failure that passes', () => {
  it.each(['unreachable', 'reset', 'saturated', 'server_error', 'malformed', 'empty'] as const)(
    '%s: the same provider answers at the second attempt',
    async (kind) => {
      one.will(kind, 'good');
      expect(await ended(brokerOf([one, two]))).toMatchObject({ provider: 'one', attempts: 2 });
    },
  );

  it('is waited for as long as the provider asks, where that fits in the time', async () => {
    one.will(new ProviderFault('saturated', { retryAfterMs: 7_000 }), 'good');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ provider: 'one' });
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(7_000);
  });

  it('is not waited for where it does not: the next provider is asked at once', async () => {
    one.will(new ProviderFault('saturated', { retryAfterMs: 46_000 }), 'good');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ provider: 'two', attempts: 2 });
    expect(attempts.map(({ latencyMs }) => latencyMs)).toEqual([0, 0]);
  });
});

describe('a refusal on grounds of content', () => {
  it('is the answer: neither repeated nor taken elsewhere', async () => {
    one.will('content_filtered');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ code: 'content_filtered' });
    expect([one.calls.length, two.calls.length]).toEqual([1, 0]);
  });
});

describe('the beginning of an answer that another provider is given to go on from', () => {
  const BEGINNING = 'The gateway found another model to finish the';
  const dying: LlmProvider = {
    name: 'dying',
    model: 'm',
    complete: () => Promise.reject(new ProviderFault('reset')),
    stream: (_request, _call, answer) => {
      answer.add({ body: { choices: [{ index: 0, delta: { content: BEGINNING } }] } });
      return Promise.reject(new ProviderFault('reset'));
    },
  };
  /** Asks once. @returns of each request at the second provider, whether it was given the beginning. */
  const takenOver = async (broker: LlmBroker) => {
    one.requests.length = 0;
    const relay = new Relay({ send: () => {}, taken: () => undefined });
    await ended(broker, callOf({ relay, read: () => ({ ok: true, value: '' }) }));
    return one.requests.map(({ messages }) => messages.at(-1)?.role === 'assistant');
  };

  it('is given again where the whole request was refused for something else', async () => {
    const broker = brokerOf([dying, one], { prefill: true });
    one.will('rejected');
    expect(await takenOver(broker)).toEqual([true, false]);
    expect(await takenOver(broker)).toEqual([true, false]);
  });

  it.each(['server_error', 'empty', 'malformed'] as const)(
    'is left out at the last attempt where it may be what ends the others as "%s"',
    async (kind) => {
      const broker = brokerOf([dying, one], { prefill: true });
      one.will(kind);
      expect(await takenOver(broker)).toEqual([true, true, false]);
    },
  );

  it('is given at each attempt where the network is what fails', async () => {
    one.will('reset');
    expect(await takenOver(brokerOf([dying, one], { prefill: true }))).toEqual([true, true, true]);
  });

  it.each([
    ['answered', `${BEGINNING} sentence.`],
    ['answered in other words', 'Something else.'],
  ])('is not given again where the same request was %s without it', async (_, words) => {
    const broker = brokerOf([dying, one], { prefill: true });
    one.will('rejected', words);
    expect(await takenOver(broker)).toEqual([true, false]);
    await clock.advance(PREFILL_REST_MS - 1);
    expect(await takenOver(broker)).toEqual([false]);
    await clock.advance(1);
    expect((await takenOver(broker))[0]).toBe(true);
  });
});

describe('a text too long for a model', () => {
  it.each([
    ['a larger one is asked', [1000, 2000], 1],
    ['a smaller one is not', [2000, 1000], 0],
    ['one of the same size is not', [1000, 1000], 0],
    ['one of unknown size is tried', [1000, undefined], 1],
  ] as const)('%s', async (_, contexts, asked) => {
    one.will('context_too_long');
    await ended(brokerOf([one, two], { contexts }));
    expect(two.calls).toHaveLength(asked);
  });
});

describe('retries', () => {
  it('are counted over all providers: a fallback does not begin them anew', async () => {
    const three = new ScriptedProvider('three');
    for (const provider of [one, two, three]) provider.will('server_error');
    expect(await ended(brokerOf([one, two, three]))).toMatchObject({ code: 'provider_unavailable' });
    expect([one, two, three].map(({ calls }) => calls.length)).toEqual([3, 2, 1]);
  });

  it('end where the circuit opens in between', async () => {
    const broker = brokerOf([one, two]);
    one.will('server_error');
    const calls = Array.from({ length: 100 }, () => broker.call(callOf()));
    await clock.advanceUntilIdle(60_000);
    expect((await Promise.all(calls)).every(({ provider }) => provider === 'two')).toBe(true);
    expect(one.calls.length).toBeLessThanOrEqual(110);
  });

  it('are paid from the budget of the route, so that few follow where much fails', async () => {
    const broker = brokerOf([one, two], { maxConcurrency: 1000 });
    // No circuit opens: every fourth call is answered.
    one.will(...Array.from({ length: 1000 }, (_, at) => (at % 4 === 3 ? 'good' : 'server_error')));
    const calls = Array.from({ length: 200 }, () => broker.call(callOf()));
    await clock.advanceUntilIdle(60_000);
    await Promise.all(calls);
    const [saved, earned, seconds] = [10, 200 * 0.1, 2];
    expect(one.calls.length).toBeGreaterThan(200);
    expect(one.calls.length).toBeLessThanOrEqual(200 + saved + earned + seconds);
  });
});

describe('structure', () => {
  it('that is wrong is repaired once, by the same provider', async () => {
    one.will('awful', 'good too');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ value: 'good too', provider: 'one', attempts: 2 });
    expect(one.requests[1]?.messages).toEqual([
      { role: 'user', content: 'text' },
      { role: 'assistant', content: 'awful' },
      { role: 'user', content: 'Wrong: bad' },
    ]);
    expect(attempts.map(({ outcome, outputTokens }) => [outcome, outputTokens])).toEqual([
      ['mismatched', 3],
      ['success', 3],
    ]);
  });

  it('that is wrong again is left to the next provider', async () => {
    one.will('awful');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ provider: 'two', attempts: 3 });
    expect(one.calls).toHaveLength(2);
  });

  it('that leaves a wish is asked for once more, and stands when nothing better comes', async () => {
    one.will('fair', 'awful');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ value: 'fair', provider: 'one' });
    one.will('fair', 'server_error');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ value: 'fair', provider: 'one' });
    one.will('fair', 'good');
    expect(await ended(brokerOf([one, two]))).toMatchObject({ value: 'good', provider: 'one' });
  });
});

describe('time', () => {
  it('is shared: a silent provider leaves half of it to the next', async () => {
    one.will(hang);
    const call = callOf({ deadline: Deadline.after(clock, 4_000), reserveMs: 200 });
    expect(await ended(brokerOf([one, two]), call)).toMatchObject({ provider: 'two', attempts: 2 });
    expect(one.calls[0]?.timeoutMs).toBe(1_900);
  });

  it('is all for the last provider, the reserve left out', async () => {
    one.will(hang);
    const call = callOf({ deadline: Deadline.after(clock, 4_000), reserveMs: 200 });
    expect(await ended(brokerOf([one]), call)).toMatchObject({ code: 'provider_timeout' });
    expect(one.calls[0]?.timeoutMs).toBe(3_800);
  });

  it('of a whole call can be bounded apart from the deadline', async () => {
    one.will(new ProviderFault('saturated', { retryAfterMs: 30_000 }), 'good');
    const limits = { attemptMs: 20_000, maxAnswerBytes: 1000, retries: 3, totalMs: 20_000 };
    expect(await ended(brokerOf([one]), callOf({ limits }))).toMatchObject({ kind: 'saturated' });
    expect(clock.monotonicMs()).toBeLessThan(1_000);
  });

  it('that has run out ends the call with the deadline’s reason', async () => {
    one.will(hang);
    expect(await ended(brokerOf([one, two]), callOf({ deadline: Deadline.after(clock, 0) }))).toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(one.calls).toEqual([]);
  });

  it('given short by callers does not close a provider to others', async () => {
    const broker = brokerOf([one]);
    one.will(hang);
    for (let at = 0; at < 10; at += 1)
      await ended(broker, callOf({ deadline: Deadline.after(clock, 50), reserveMs: 20 }));
    one.will('good');
    expect(await ended(broker)).toMatchObject({ provider: 'one' });
  });

  it('ends at once when the client goes, with no attempt after it', async () => {
    const deadline = Deadline.after(clock, 45_000);
    one.will(hang);
    const result = brokerOf([one, two]).call(callOf({ deadline }));
    await clock.advance(100);
    deadline.cancel(new ClientGone());
    await expect(result).rejects.toThrow(ClientGone);
    expect(two.calls).toEqual([]);
    expect(attempts).toMatchObject([{ outcome: 'cancelled' }]);
    // What is left turns the circuits' window.
    expect(clock.pending).toBe(1);
  });
});

describe('a circuit', () => {
  it.each([
    ['that say nothing', 'empty'],
    ['without the structure asked for', 'awful'],
  ])('is not opened by answers %s: whoever asks for those must not take the provider from others', async (_, said) => {
    const broker = brokerOf([one, two]);
    one.will(said);
    for (let call = 0; call < 20; call += 1) {
      await clock.advance(60_000);
      await ended(broker);
    }
    const asked = one.calls.length;
    one.will('good');
    expect(await ended(broker)).toMatchObject({ provider: 'one' });
    expect(one.calls).toHaveLength(asked + 1);
  });

  it('opens after five silences; then the next provider is asked at once', async () => {
    const broker = brokerOf([one, two]);
    one.will(hang);
    for (let at = 0; at < 8; at += 1) expect(await ended(broker)).toMatchObject({ provider: 'two' });
    expect(one.calls).toHaveLength(5);
  });

  it('lets one probe through after its period, which brings the provider back', async () => {
    const broker = brokerOf([one, two]);
    one.will('unusable');
    for (let at = 0; at < 5; at += 1) await ended(broker);
    one.will('good');
    expect(await ended(broker)).toMatchObject({ provider: 'two' });
    await clock.advance(PROBE_PERIOD_MS);
    let answer: (content: string) => void = () => {};
    one.will(() => new Promise((resolve) => (answer = resolve)));
    const probe = broker.call(callOf());
    expect(await ended(broker)).toMatchObject({ provider: 'two' });
    answer('good');
    expect(await probe).toMatchObject({ provider: 'one' });
    one.will('good');
    expect(await ended(broker)).toMatchObject({ provider: 'one' });
  });

  it.each(['rejected', 'saturated'] as const)('opens by streams that end in the midst as %s', async (kind) => {
    const dying: LlmProvider = {
      name: 'dying',
      model: 'm',
      complete: () => Promise.reject(new ProviderFault(kind)),
      stream: (_request, _call, answer) => {
        answer.add({ body: { choices: [{ index: 0, delta: { content: 'Once' }, finish_reason: null }] } });
        return Promise.reject(new ProviderFault(kind));
      },
    };
    const broker = brokerOf([dying, two]);
    const relayed = () => {
      const relay = new Relay({ send: () => {}, taken: () => undefined });
      return ended(broker, callOf({ relay, read: () => ({ ok: true, value: '' }) }));
    };
    for (let time = 0; time < 5; time += 1) await relayed();
    expect(broker.routes[0]?.snapshot().circuit).toBe('open');
  });

  describe('whose probe is a stream', () => {
    let say: (words: string) => void;
    let end: (fault?: ProviderFault) => void;
    const streaming: LlmProvider = {
      name: 'streaming',
      model: 'm',
      complete: () => Promise.reject(new ProviderFault('unusable')),
      stream: (_request, _call, answer) =>
        new Promise((resolve, reject) => {
          const add = (delta: object, finish: string | null) =>
            answer.add({ body: { choices: [{ index: 0, delta, finish_reason: finish }] } });
          say = (content) => add({ content }, null);
          end = (fault) => {
            if (fault) return reject(fault);
            add({}, 'stop');
            resolve();
          };
        }),
    };
    const heard = () =>
      callOf({ onDelta: () => {}, read: () => ({ ok: true, value: '' }), deadline: Deadline.after(clock, 600_000) });

    /** Opens the circuit, and sends its probe. */
    async function probing(): Promise<{ broker: LlmBroker; probe: Promise<unknown> }> {
      const broker = brokerOf([streaming, two]);
      for (let at = 0; at < 5; at += 1) {
        const failing = broker.call(heard());
        await clock.settle();
        end(new ProviderFault('unusable'));
        await failing;
      }
      await clock.advance(PROBE_PERIOD_MS);
      const probe = broker.call(heard());
      await clock.settle();
      return { broker, probe };
    }
    const state = (broker: LlmBroker) => broker.routes[0]?.snapshot().circuit;

    it('lets others in again once that has flowed for ten seconds, not when it ends', async () => {
      const { broker, probe } = await probing();
      say('a');
      await clock.advance(9_999);
      say('b');
      expect(state(broker)).toBe('half_open');
      await clock.advance(1);
      say('c');
      expect(state(broker)).toBe('closed');
      end();
      expect(await probe).toMatchObject({ provider: 'streaming' });
      expect(broker.routes[0]?.snapshot().totals).toMatchObject({ success: 2, stale: 0 });
    });

    it('is not taken in by a first word, nor by a silence after it', async () => {
      const { broker, probe } = await probing();
      say('a');
      await clock.advance(14_000);
      expect(state(broker)).toBe('half_open');
      end(new ProviderFault('too_slow'));
      expect(await probe).toMatchObject({ provider: 'two' });
      expect(state(broker)).toBe('open');
    });

    it('counts what becomes of the rest of it as it counts every call', async () => {
      const { broker, probe } = await probing();
      say('a');
      await clock.advance(10_000);
      say('b');
      end(new ProviderFault('reset'));
      await clock.advance(1_000);
      say('once more');
      end();
      await probe;
      expect(broker.routes[0]?.snapshot()).toMatchObject({ circuit: 'closed', totals: { failure: 6 } });
    });
  });

  it('that is open everywhere is told with the time to come back', async () => {
    const broker = brokerOf([one]);
    one.will('unusable');
    for (let at = 0; at < 5; at += 1) await ended(broker);
    expect(await ended(broker)).toMatchObject({ code: 'provider_unavailable', retryAfterMs: PROBE_PERIOD_MS });
    expect(one.calls).toHaveLength(5);
  });

  it('stays closed for a provider that only wants less', async () => {
    const broker = brokerOf([one]);
    one.will('saturated');
    for (let at = 0; at < 10; at += 1) await ended(broker);
    one.will('good');
    expect(await ended(broker)).toMatchObject({ provider: 'one' });
  });
});

describe('a busy provider', () => {
  it('is waited for only a moment while another could answer', async () => {
    const broker = brokerOf([one, two], { maxConcurrency: 1 });
    one.will(hang);
    const first = broker.call(callOf()).catch(() => undefined);
    const second = broker.call(callOf());
    await clock.advance(1_000);
    expect(await second).toMatchObject({ provider: 'two' });
    await clock.advanceUntilIdle(60_000);
    await first;
  });

  it('is waited for in line when it is the only one', async () => {
    const broker = brokerOf([one], { maxConcurrency: 1 });
    let answer: (content: string) => void = () => {};
    one.will(() => new Promise((resolve) => (answer = resolve)), 'good');
    const first = broker.call(callOf());
    const second = broker.call(callOf());
    await clock.advance(5_000);
    expect(one.calls).toHaveLength(1);
    answer('good');
    expect(await Promise.all([first, second])).toMatchObject([{ value: 'good' }, { value: 'good' }]);
  });

  it('is not asked in the moment in which the time runs out, when a place comes free then', async () => {
    const broker = brokerOf([one], { maxConcurrency: 1 });
    one.will(hang);
    const calls = [1, 2, 3].map(() => callOf({ deadline: Deadline.after(clock, 15_000), reserveMs: 200 }));
    const all = calls.map((call) => broker.call(call).catch((error: unknown) => error));
    await clock.advanceUntilIdle(60_000);
    expect(await Promise.all(all)).toMatchObject([{ kind: 'silent' }, { code: 'overloaded' }, { code: 'overloaded' }]);
    expect(one.calls).toHaveLength(1);
  });

  describe('for which a call waits longer than the call may take', () => {
    const limits = { attemptMs: 20_000, maxAnswerBytes: 1000, retries: 3, totalMs: 30_000 };
    const patient = (more: Partial<LlmCall<string>> = {}) =>
      callOf({ limits, deadline: Deadline.after(clock, 1_000_000), ...more });
    const after = (ms: number, content: string) => async () => {
      await clock.sleep(ms);
      return content;
    };

    it('has its whole time once it has a place', async () => {
      const broker = brokerOf([one], { maxConcurrency: 1 });
      one.will(after(19_000, 'good'));
      const all = Promise.all(Array.from({ length: 5 }, () => broker.call(patient())));
      await clock.advance(5 * 19_000);
      expect((await all).map(({ attempts: count }) => count)).toEqual([1, 1, 1, 1, 1]);
      expect(one.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([20_000, 20_000, 20_000, 20_000, 20_000]);
    });

    it('may still be tried again after it, and not longer than it may work', async () => {
      const broker = brokerOf([one], { maxConcurrency: 1 });
      one.will(after(19_000, 'good'), after(19_000, 'good'), 'saturated', hang);
      const first = [broker.call(patient()), broker.call(patient())];
      const last = broker.call(patient()).catch((error: unknown) => ({ error, atMs: clock.monotonicMs() }));
      await clock.advanceUntilIdle(200_000);
      await Promise.all(first);
      expect(await last).toMatchObject({ error: { kind: 'silent' }, atMs: expect.any(Number) });
      expect(one.calls).toHaveLength(4);
      expect(await last).toHaveProperty('atMs', 38_000 + 125 + 20_000);
    });

    it('tells when the wait begins and when it is over', async () => {
      const broker = brokerOf([one], { maxConcurrency: 1 });
      one.will(after(19_000, 'good'));
      const told: string[] = [];
      const tell = (what: string) => void told.push(`${what} ${clock.monotonicMs()}`);
      const onWait = () => {
        tell('begins');
        return () => tell('ends');
      };
      const all = Promise.all([broker.call(patient({ onWait })), broker.call(patient({ onWait }))]);
      await clock.advance(40_000);
      await all;
      expect(told).toEqual(['begins 0', 'ends 19000']);
    });

    it('is left at once when the caller goes', async () => {
      const broker = brokerOf([one], { maxConcurrency: 1 });
      one.will(hang);
      const deadline = Deadline.after(clock, 1_000_000);
      const first = broker.call(patient()).catch(() => undefined);
      const second = broker.call(patient({ deadline })).catch((error: unknown) => error);
      await clock.advance(5_000);
      deadline.cancel(new ClientGone());
      expect(await second).toBeInstanceOf(ClientGone);
      await clock.advanceUntilIdle(60_000);
      await first;
    });
  });

  it('turns away when the line is too long', async () => {
    const broker = brokerOf([one], { maxConcurrency: 1 });
    one.will(hang);
    const all = Array.from({ length: 10 }, () => broker.call(callOf()).catch((error: unknown) => error));
    const [last] = await Promise.all(all.slice(-1));
    expect(last).toMatchObject({ code: 'overloaded' });
    await clock.advanceUntilIdle(60_000);
    await Promise.all(all);
  });
});

describe('an answer that is overheard', () => {
  /** Says a word each second, for so many seconds, and ends. */
  class SlowSpeaker extends ScriptedProvider {
    constructor(private readonly seconds: number) {
      super('slow');
    }

    async stream(_request: ChatRequest, _call: StreamCall, answer: OpenAnswer): Promise<void> {
      for (let second = 1; second <= this.seconds; second++) {
        await clock.sleep(1_000);
        const finish_reason = second === this.seconds ? 'stop' : null;
        answer.add({ body: { choices: [{ index: 0, delta: { content: 'good ' }, finish_reason }] } });
      }
    }
  }
  const overheard = () => callOf({ onDelta: () => {} });

  it('may come word by word for as long as an attempt may take', async () => {
    expect(await ended(brokerOf([new SlowSpeaker(20), two]), overheard())).toMatchObject({ provider: 'slow' });
  });

  it('is given up when it is not whole by then, although it never stalls', async () => {
    expect(await ended(brokerOf([new SlowSpeaker(22), two]), overheard())).toMatchObject({ provider: 'two' });
    expect(attempts[0]).toMatchObject({ provider: 'slow', outcome: 'too_slow', latencyMs: 21_000 });
  });
});

describe('an adapter that breaks on an answer', () => {
  it('makes it an unusable answer, with the cause for the log', async () => {
    const cause = new TypeError('x is undefined');
    one.will(cause);
    expect(await ended(brokerOf([one, two]))).toMatchObject({ provider: 'two' });
    expect(attempts[0]).toMatchObject({ outcome: 'malformed', cause });
  });
});
