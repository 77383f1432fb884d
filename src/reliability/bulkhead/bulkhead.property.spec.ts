import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import { Bulkhead, type BulkheadPermit } from './bulkhead.js';

type Ending = 'inside' | 'full' | 'late' | 'cancelled' | 'deadline' | 'left';

interface Call {
  readonly id: number;
  readonly cancel: AbortController;
  readonly queuedUntilMs: number;
  readonly deadlineAtMs: number;
  permit?: BulkheadPermit;
  /** How the call ended, as the bulkhead reported it. */
  ending?: Ending;
}

/** A model of a bulkhead: a list of calls inside, and a list of waiting ones. */
class Model {
  inside: number[] = [];
  waiting: { id: number; untilMs: number; why: Ending }[] = [];
  readonly endings = new Map<number, Ending>();
  readonly order: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly queueLimit: number,
  ) {}

  arrive(call: Call): void {
    if (this.inside.length < this.limit) return this.enter(call.id);
    if (this.waiting.length >= this.queueLimit) return void this.endings.set(call.id, 'full');
    const byDeadline = call.deadlineAtMs <= call.queuedUntilMs;
    this.waiting.push({
      id: call.id,
      untilMs: Math.min(call.deadlineAtMs, call.queuedUntilMs),
      why: byDeadline ? 'deadline' : 'late',
    });
  }

  leave(id: number): void {
    if (!this.inside.includes(id)) return;
    this.inside = this.inside.filter((one) => one !== id);
    const next = this.waiting.shift();
    if (next) this.enter(next.id);
  }

  cancel(id: number): void {
    if (!this.waiting.some((one) => one.id === id)) return;
    this.waiting = this.waiting.filter((one) => one.id !== id);
    this.endings.set(id, 'cancelled');
  }

  pass(nowMs: number): void {
    for (const one of this.waiting) if (one.untilMs <= nowMs) this.endings.set(one.id, one.why);
    this.waiting = this.waiting.filter((one) => one.untilMs > nowMs);
  }

  private enter(id: number): void {
    this.inside.push(id);
    this.order.push(id);
    this.endings.set(id, 'inside');
  }
}

const endingOf = (error: unknown): Ending =>
  error instanceof AppError
    ? error.code === 'deadline_exceeded'
      ? 'deadline'
      : error.detail === 'The queue is full.'
        ? 'full'
        : 'late'
    : 'cancelled';

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('arrive' as const), deadlineMs: fc.integer({ min: 1, max: 300 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('leave' as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 120 }) }) },
);

describe('whatever fails, is late or is cancelled in between, a bulkhead', () => {
  it('lets in as many as it may, in their order, and leaks no place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(step, { maxLength: 80 }),
        async (limit, queueLimit, steps) => {
          const clock = new ManualClock();
          const queueWaitMs = 100;
          const bulkhead = new Bulkhead('trial', { limit, queueLimit, queueWaitMs }, clock);
          const model = new Model(limit, queueLimit);
          const calls: Call[] = [];
          const order: number[] = [];

          const arrive = (deadlineMs: number) => {
            const now = clock.monotonicMs();
            const call: Call = {
              id: calls.length,
              cancel: new AbortController(),
              queuedUntilMs: now + queueWaitMs,
              deadlineAtMs: now + deadlineMs,
            };
            calls.push(call);
            bulkhead.acquire({ signal: call.cancel.signal, deadline: Deadline.after(clock, deadlineMs) }).then(
              (permit) => {
                call.permit = permit;
                call.ending = 'inside';
                order.push(call.id);
              },
              (error: unknown) => (call.ending = endingOf(error)),
            );
            model.arrive(call);
          };
          const leave = (call: Call | undefined) => {
            if (!call?.permit) return;
            call.permit.release();
            call.permit.release();
            model.leave(call.id);
          };

          for (const one of steps) {
            const call = 'which' in one ? calls[one.which % Math.max(1, calls.length)] : undefined;
            if (one.do === 'arrive') arrive(one.deadlineMs);
            else if (one.do === 'leave') leave(call);
            else if (one.do === 'cancel' && call) {
              call.cancel.abort(new Error('cancelled'));
              model.cancel(call.id);
            } else if (one.do === 'pass') {
              await clock.advance(one.ms);
              model.pass(clock.monotonicMs());
            }
            await clock.settle();
            expect(bulkhead.snapshot()).toMatchObject({ active: model.inside.length, queued: model.waiting.length });
            expect(model.inside.length).toBeLessThanOrEqual(limit);
            expect(order).toEqual(model.order);
            for (const { id, ending } of calls) expect(ending).toBe(model.endings.get(id));
          }

          for (const call of calls) {
            call.cancel.abort();
            call.permit?.release();
            await clock.settle();
            call.permit?.release();
          }
          expect(bulkhead.snapshot()).toMatchObject({ active: 0, queued: 0 });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('runs never more work at once than its limit, and all of what it lets in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ takesMs: fc.integer({ min: 0, max: 50 }), fails: fc.boolean() }), { maxLength: 25 }),
        async (limit, works) => {
          const clock = new ManualClock();
          const bulkhead = new Bulkhead('trial', { limit, queueLimit: 100, queueWaitMs: Infinity }, clock);
          let active = 0;
          let highest = 0;
          const started: number[] = [];
          const all = works.map(({ takesMs, fails }, index) =>
            bulkhead
              .run(async () => {
                started.push(index);
                highest = Math.max(highest, (active += 1));
                await clock.sleep(takesMs);
                active -= 1;
                if (fails) throw new Error('no');
              })
              .catch(() => undefined),
          );
          await clock.advanceUntilIdle();
          await Promise.all(all);
          expect(highest).toBe(Math.min(limit, works.length));
          expect(started).toEqual(works.map((_, index) => index));
          expect(bulkhead.snapshot()).toMatchObject({ active: 0, queued: 0 });
        },
      ),
      { numRuns: 60 },
    );
  });
});
