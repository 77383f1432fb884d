import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LlmBroker } from '../../src/llm/broker/broker.js';
import type { LlmAnswer, TextDelta } from '../../src/llm/broker/llm-call.js';
import { chainOf } from '../../src/llm/chain.js';
import { loadConfig } from '../../src/config/config.js';
import { BulkheadRegistry } from '../../src/reliability/bulkhead/bulkhead.registry.js';
import { CircuitRegistry } from '../../src/reliability/circuit/circuit.registry.js';
import { Deadline } from '../../src/reliability/deadline/deadline.js';
import { systemClock, systemSleep } from '../../src/reliability/ports.js';
import { RetryBudgetRegistry } from '../../src/reliability/retry/retry-budget.registry.js';
import { chainEnv, KINDS } from '../support/chain-app.js';
import {
  contentFilter,
  cutMidStream,
  FakeProvider,
  huge,
  ok,
  streamed,
  truncatedByLength,
} from '../support/fake-provider/index.js';

describe.each(KINDS)('a call that is told of its text as it comes, %s', (kind) => {
  let a: FakeProvider;
  let b: FakeProvider;
  let deltas: TextDelta[];
  let broker: LlmBroker;
  beforeAll(async () => {
    [a, b] = [await FakeProvider.start(), await FakeProvider.start()];
  });
  afterAll(async () => {
    await Promise.all([a.stop(), b.stop()]);
  });
  beforeEach(() => {
    a.clear();
    b.clear();
    deltas = [];
    const clock = systemClock;
    const parts = {
      circuits: new CircuitRegistry(clock),
      bulkheads: new BulkheadRegistry(clock),
      budgets: new RetryBudgetRegistry(clock),
    };
    const { providers } = loadConfig({ ...chainEnv({ a, b }, kind), LLM_B_PREFILL: 'true' }).llm;
    const ports = { clock, sleep: systemSleep, random: () => 0 };
    broker = new LlmBroker({ routes: chainOf(providers, clock, parts), ports, repairPrompt: '{complaint}' });
  });

  const call = (more: object = {}): Promise<LlmAnswer<string>> =>
    broker.call({
      request: { messages: [{ role: 'user', content: 'Speak.' }] },
      read: (content) => ({ ok: true, value: content }),
      limits: { attemptMs: 5000, maxAnswerBytes: 100_000, retries: 3 },
      deadline: Deadline.after(systemClock, 20_000),
      onDelta: (delta) => void deltas.push(delta),
      ...more,
    });
  const told = (attempt: number) =>
    deltas
      .filter((delta) => delta.attempt === attempt)
      .map(({ text }) => text)
      .join('');

  it('hears every piece, and then reads the whole', async () => {
    // What comes together may be told together.
    a.always(streamed({ chunks: ['One', ' two', ' three'], msPerChunk: 5 }));
    const { value, provider, completion, attempts } = await call();
    expect({ value, provider, attempts }).toEqual({ value: 'One two three', provider: 'a', attempts: 1 });
    expect(deltas.map(({ text }) => text)).toEqual(['One', ' two', ' three']);
    expect(completion.usage.completion_tokens).toBeGreaterThan(0);
    expect(a.calls[0]?.stream).toBe(true);
  });

  it('hears a later attempt from its beginning: nothing was sent that could not be taken back', async () => {
    a.next(cutMidStream({ content: 'One two three four' })).always(ok('Five six'));
    const { value, attempts } = await call();
    expect({ value, attempts }).toEqual({ value: 'Five six', attempts: 2 });
    expect('One two three four'.startsWith(told(1))).toBe(true);
    expect(told(1)).not.toBe('');
    expect(told(2)).toBe('Five six');
    expect(a.calls[1]?.prefill).toBeUndefined();
  });

  it('does not take for an answer what says that it is none', async () => {
    a.always(truncatedByLength('One two'));
    b.always(ok('Three'));
    expect(await call()).toMatchObject({ value: 'Three', provider: 'b' });
    a.clear().always(contentFilter('finish_reason'));
    await expect(call()).rejects.toMatchObject({ code: 'content_filtered' });
  });

  it('keeps no more of an answer than is allowed', async () => {
    a.always(huge(400_000));
    b.always(ok('Small'));
    expect(await call()).toMatchObject({ value: 'Small', provider: 'b' });
    expect(told(1).length).toBeLessThanOrEqual(100_000);
  });
});
