import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { ClientGone, Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import { RetryBudget } from './retry-budget.js';
import { compileRetryPolicy, type RetryOptions } from './retry-policy.js';
import { retry, type AttemptRecord, type RetryContext } from './retry.js';

const down = (retryAfterMs?: number) =>
  new AppError('dependency_unavailable', retryAfterMs === undefined ? {} : { retryAfterMs });

function contextOf(options: RetryOptions = {}, more: Partial<RetryContext> = {}) {
  const clock = new ManualClock();
  const records: AttemptRecord[] = [];
  const context: RetryContext = {
    policy: compileRetryPolicy({ maxAttempts: 3, baseMs: 100, capMs: 1000, totalMs: 5000, ...options }),
    ports: { clock, sleep: clock.sleep, random: () => 1 },
    onAttempt: (record) => records.push(record),
    ...more,
  };
  return { clock, context, records };
}

/** The error that a promise rejects with. */
const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value: unknown) => new Error(`resolved with ${String(value)}`),
    (error: unknown) => error,
  );

describe('a retry', () => {
  it('gives the result of the first attempt that succeeds, and leaves a record of each', async () => {
    const { clock, context, records } = contextOf();
    const result = retry(async (attempt) => {
      await clock.sleep(7);
      if (attempt < 3) throw down();
      return `attempt ${attempt}`;
    }, context);
    await clock.advanceUntilIdle();
    await expect(result).resolves.toBe('attempt 3');
    expect(records).toEqual([
      { attempt: 1, outcome: 'failure', latencyMs: 7, error: down(), nextDelayMs: 100 },
      { attempt: 2, outcome: 'failure', latencyMs: 7, error: down(), nextDelayMs: 200 },
      { attempt: 3, outcome: 'success', latencyMs: 7 },
    ]);
  });

  it('returns undefined when the work does', async () => {
    const { context } = contextOf();
    await expect(retry(() => undefined, context)).resolves.toBeUndefined();
  });

  it('throws the last error when the attempts are used up', async () => {
    const { clock, context, records } = contextOf();
    const errors = [down(), down(), down(), down()];
    const failing = (attempt: number) => {
      throw errors[attempt - 1] ?? new Error('one attempt too many');
    };
    const failed = errorOf(retry(failing, context));
    await clock.advanceUntilIdle();
    expect(await failed).toBe(errors[2]);
    expect(records).toHaveLength(3);
  });

  it('makes one attempt at what may not be retried, also when the work throws at once', async () => {
    const { context, records } = contextOf();
    const failing = () => {
      throw new AppError('conflict');
    };
    await expect(retry(failing, context)).rejects.toMatchObject({ code: 'conflict' });
    expect(records).toHaveLength(1);
  });

  it('waits what the failing part asked for', async () => {
    const { clock, context } = contextOf();
    const startsMs: number[] = [];
    const failed = errorOf(
      retry(() => {
        startsMs.push(clock.monotonicMs());
        throw down(1500);
      }, context),
    );
    await clock.advanceUntilIdle();
    await failed;
    expect(startsMs).toEqual([0, 1500, 3000]);
  });

  it('fails at once when that wait does not fit into the total', async () => {
    const { clock, context, records } = contextOf();
    await expect(retry(() => Promise.reject(down(5001)), context)).rejects.toMatchObject({ retryAfterMs: 5001 });
    expect(clock.monotonicMs()).toBe(0);
    expect(records).toHaveLength(1);
  });

  it('fails at once, with the last error, when the wait would end at the deadline or later', async () => {
    const { clock, context } = contextOf();
    const deadline = Deadline.after(clock, 100);
    await expect(retry(() => Promise.reject(down()), { ...context, deadline })).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    expect(clock.monotonicMs()).toBe(0);
  });

  it('ends its wait when the client goes', async () => {
    const { clock, context } = contextOf();
    const deadline = Deadline.never(clock);
    let attempts = 0;
    const failed = errorOf(
      retry(
        () => {
          attempts += 1;
          throw down();
        },
        { ...context, deadline },
      ),
    );
    await clock.advance(50);
    deadline.cancel(new ClientGone());
    expect(await failed).toBeInstanceOf(ClientGone);
    expect(attempts).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('makes no attempt once the deadline has passed', async () => {
    const { clock, context, records } = contextOf();
    const deadline = Deadline.after(clock, 0);
    await expect(retry(() => 'too late', { ...context, deadline })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(records).toHaveLength(0);
  });

  it('makes no attempt after the total when a timer fires late', async () => {
    const { clock, context } = contextOf({ totalMs: 150 });
    let attempts = 0;
    const sleep = (delayMs: number, signal?: AbortSignal) => clock.sleep(delayMs + 100, signal);
    const failed = errorOf(
      retry(
        () => {
          attempts += 1;
          throw down();
        },
        { ...context, ports: { ...context.ports, sleep } },
      ),
    );
    await clock.advanceUntilIdle();
    expect(await failed).toMatchObject({ code: 'dependency_unavailable' });
    expect(attempts).toBe(1);
  });

  it('pays for each retry, and does without when the budget is empty', async () => {
    const { clock, context } = contextOf({ maxAttempts: 10 });
    const budget = new RetryBudget('test', clock, { capacity: 2, perSecond: 0, ratio: 0 });
    let attempts = 0;
    const failed = errorOf(
      retry(
        () => {
          attempts += 1;
          throw down();
        },
        { ...context, budget },
      ),
    );
    await clock.advanceUntilIdle();
    await failed;
    expect(attempts).toBe(3);
    expect(budget.snapshot()).toMatchObject({ spent: 2, denied: 1 });
  });

  it('pays nothing for a retry that is not made', async () => {
    const { clock, context } = contextOf();
    const budget = new RetryBudget('test', clock, { capacity: 2 });
    await errorOf(retry(() => Promise.reject(down(60_000)), { ...context, budget }));
    await errorOf(retry(() => Promise.reject(new AppError('conflict')), { ...context, budget }));
    expect(budget.snapshot()).toMatchObject({ spent: 0, denied: 0 });
  });

  it('adds to the budget once for each call, not for each attempt', async () => {
    const { clock, context } = contextOf();
    const budget = new RetryBudget('test', clock, { capacity: 1, ratio: 0.5, perSecond: 0 });
    budget.withdraw();
    await errorOf(retry(() => Promise.reject(down()), { ...context, budget }));
    expect(budget.withdraw()).toBe(false);
    await retry(() => 'ok', { ...context, budget });
    expect(budget.withdraw()).toBe(true);
  });
});

const attemptArbitrary = fc.record({
  takesMs: fc.integer({ min: 0, max: 400 }),
  ends: fc.constantFrom('ok', 'down', 'asked', 'conflict', 'gone'),
  asksMs: fc.integer({ min: 0, max: 2000 }),
});

describe('whatever the work does, a retry', () => {
  it('exceeds neither the attempts nor the total nor the deadline nor the budget', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          maxAttempts: fc.integer({ min: 1, max: 6 }),
          baseMs: fc.integer({ min: 0, max: 500 }),
          capMs: fc.integer({ min: 0, max: 2000 }),
          totalMs: fc.integer({ min: 0, max: 4000 }),
        }),
        fc.option(fc.integer({ min: 1, max: 4000 })),
        fc.integer({ min: 0, max: 4 }),
        fc.array(attemptArbitrary, { minLength: 1, maxLength: 8 }),
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 8 }),
        async (options, deadlineMs, capacity, attempts, randoms) => {
          const { clock, context, records } = contextOf(options);
          const deadline = deadlineMs === null ? undefined : Deadline.after(clock, deadlineMs);
          const budget = new RetryBudget('test', clock, { capacity, ratio: 0, perSecond: 0 });
          const startsMs: number[] = [];
          const endsMs: number[] = [];
          let drawn = 0;
          const random = () => randoms[drawn++ % randoms.length] ?? 0;
          const work = async (attempt: number) => {
            startsMs.push(clock.monotonicMs());
            const { takesMs, ends, asksMs } = attempts[(attempt - 1) % attempts.length] ?? {
              takesMs: 0,
              ends: 'ok' as const,
              asksMs: 0,
            };
            await clock.sleep(takesMs);
            endsMs.push(clock.monotonicMs());
            if (ends === 'ok') return;
            throw { down: down(), asked: down(asksMs), conflict: new AppError('conflict'), gone: new ClientGone() }[
              ends
            ];
          };
          let settledMs = -1;
          const settled = retry(work, { ...context, deadline, budget, ports: { ...context.ports, random } }).then(
            () => (settledMs = clock.monotonicMs()),
            () => (settledMs = clock.monotonicMs()),
          );
          await clock.advanceUntilIdle();
          await settled;

          expect(startsMs.length).toBeLessThanOrEqual(options.maxAttempts);
          expect(startsMs.length - 1).toBeLessThanOrEqual(capacity);
          for (const startMs of startsMs.slice(1)) expect(startMs).toBeLessThanOrEqual(options.totalMs);
          if (deadlineMs !== null) for (const startMs of startsMs) expect(startMs).toBeLessThan(deadlineMs);
          // It never waits in vain: it settles the moment its last attempt does.
          expect(settledMs).toBe(endsMs.at(-1));
          expect(records).toHaveLength(startsMs.length);
          expect(records.slice(0, -1).every(({ nextDelayMs }) => nextDelayMs !== undefined)).toBe(true);
          expect(records.at(-1)).not.toHaveProperty('nextDelayMs');
          expect(budget.snapshot().spent).toBe(startsMs.length - 1);
        },
      ),
      { numRuns: 150 },
    );
  });
});
