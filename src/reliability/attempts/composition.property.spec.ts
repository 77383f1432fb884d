import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { Bulkhead } from '../bulkhead/bulkhead.js';
import { compileCircuitOptions } from '../circuit/circuit-options.js';
import { CircuitRegistry } from '../circuit/circuit.registry.js';
import { runInContext } from '../context/request-context.js';
import { ClientGone, Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import { RetryBudgetRegistry } from '../retry/retry-budget.registry.js';
import { compileRetryPolicy } from '../retry/retry-policy.js';
import { AttemptRunner } from './attempt-runner.js';

const CIRCUIT = compileCircuitOptions({ failures: 2, openMs: 200, successes: 2, probeLeaseMs: 300 });
const trace = { traceId: '', spanId: '', sampled: false };

const request = fc.record({
  arrivesMs: fc.integer({ min: 0, max: 1000 }),
  deadlineMs: fc.integer({ min: 1, max: 800 }),
  /** When its client goes; most stay. */
  goesMs: fc.option(fc.integer({ min: 0, max: 500 }), { freq: 3 }),
  takesMs: fc.integer({ min: 0, max: 150 }),
  ends: fc.array(fc.constantFrom('ok', 'down', 'busy', 'refused', 'hangs'), { minLength: 1, maxLength: 3 }),
});

describe('requests through retry, circuit and bulkhead at once', () => {
  it('all end by their deadline, and leave no place, probe or timer behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 15 }), async (requests) => {
        const clock = new ManualClock();
        const circuits = new CircuitRegistry(clock);
        const budgets = new RetryBudgetRegistry(clock);
        const runner = new AttemptRunner({ clock, sleep: clock.sleep, random: () => 0.5 }, circuits, budgets);
        const bulkhead = new Bulkhead('part', { limit: 2, queueLimit: 3, queueWaitMs: 100 }, clock);
        const retry = { policy: compileRetryPolicy({ maxAttempts: 3, baseMs: 40 }), budget: 'part' };
        const plan = { method: 'Part.call', retry, circuit: { circuit: 'part', options: CIRCUIT } };
        let attempts = 0;

        const serve = async ({ arrivesMs, deadlineMs, goesMs, takesMs, ends }: (typeof requests)[number]) => {
          await clock.sleep(arrivesMs);
          const deadline = Deadline.after(clock, deadlineMs);
          const stop = goesMs === null ? undefined : clock.schedule(goesMs, () => deadline.cancel(new ClientGone()));
          let attempt = 0;
          const work = () =>
            bulkhead.run(
              async () => {
                attempts += 1;
                const end = ends[attempt++ % ends.length];
                await clock.sleep(end === 'hangs' ? 1e6 : takesMs, deadline.signal);
                if (end === 'down') throw new AppError('dependency_unavailable');
                if (end === 'busy') throw new AppError('rate_limited');
                if (end === 'refused') throw new AppError('conflict');
              },
              { deadline },
            );
          const startedMs = clock.monotonicMs();
          await runInContext({ requestId: 'r', trace, deadline }, () => runner.run(plan, work)).catch(() => undefined);
          stop?.();
          deadline.release();
          expect(clock.monotonicMs() - startedMs).toBeLessThanOrEqual(Math.min(deadlineMs, goesMs ?? Infinity));
        };

        const all = Promise.all(requests.map(serve));
        await clock.advance(3000);
        await all;
        const circuit = circuits.get('part', CIRCUIT);
        expect(attempts).toBeLessThanOrEqual(3 * requests.length);
        expect(bulkhead.snapshot()).toMatchObject({ active: 0, queued: 0 });
        expect(circuit.snapshot().probing).toBe(false);
        // Only the windows' own timer is left.
        expect(clock.pending).toBe(1);

        await clock.advance(CIRCUIT.openMs);
        for (let probe = 0; probe < CIRCUIT.successes; probe += 1) await circuit.run(() => undefined);
        expect(circuit.state).toBe('closed');
      }),
      { numRuns: 100 },
    );
  });
});
