import type { Deadline } from '../deadline/deadline.js';
import { outcomeOf, type Outcome } from '../errors/outcome.js';
import type { Clock, Random, Sleep } from '../ports.js';
import type { RetryBudget } from './retry-budget.js';
import { mayRetry, retryDelayMs, type RetryPolicy } from './retry-policy.js';

/** The record of one attempt. */
export interface AttemptRecord {
  /** From 1. */
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly latencyMs: number;
  /** Absent when the attempt succeeded. */
  readonly error?: unknown;
  /** The wait until the next attempt; absent when there is none. */
  readonly nextDelayMs?: number;
}

/** Injection token of {@link RetryPorts}. */
export const RETRY_PORTS = Symbol('RetryPorts');

export interface RetryPorts {
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly random: Random;
}

export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly ports: RetryPorts;
  readonly deadline?: Deadline | undefined;
  readonly budget?: RetryBudget | undefined;
  readonly onAttempt?: ((record: AttemptRecord) => void) | undefined;
}

/**
 * Repeats `work` while it fails in a way that the policy lets pass, and the attempts, the total time, the deadline and the
 * budget allow. It never waits for an attempt that could not be made: it fails at once, with the last error.
 * It does not end an attempt that hangs: the work must obey the deadline.
 *
 * @throws the last error of the work; the deadline's reason when that ends the wait.
 */
export async function retry<T>(work: (attempt: number) => T | Promise<T>, context: RetryContext): Promise<T> {
  const { policy, ports, deadline } = context;
  const startedMs = ports.clock.monotonicMs();
  context.budget?.deposit();
  for (let attempt = 1; ; attempt += 1) {
    deadline?.throwIfPassed();
    const attemptedMs = ports.clock.monotonicMs();
    const ending = await endingOf(work, attempt);
    const latencyMs = ports.clock.monotonicMs() - attemptedMs;
    if ('value' in ending) {
      context.onAttempt?.({ attempt, outcome: 'success', latencyMs });
      return ending.value;
    }
    const { error } = ending;
    const nextDelayMs = nextDelay(error, attempt, startedMs, context);
    context.onAttempt?.({
      attempt,
      outcome: outcomeOf(error),
      latencyMs,
      error,
      ...(nextDelayMs === undefined ? {} : { nextDelayMs }),
    });
    if (nextDelayMs === undefined) throw error;
    await ports.sleep(nextDelayMs, deadline?.signal);
    // A timer that fires late must not stretch the total.
    if (ports.clock.monotonicMs() - startedMs > policy.totalMs) throw error;
  }
}

type Ending<T> = { readonly value: T } | { readonly error: unknown };

async function endingOf<T>(work: (attempt: number) => T | Promise<T>, attempt: number): Promise<Ending<T>> {
  try {
    return { value: await work(attempt) };
  } catch (error) {
    return { error };
  }
}

/** The wait until the next attempt, for which it has paid the budget; `undefined` when there is no next one. */
function nextDelay(error: unknown, attempt: number, startedMs: number, context: RetryContext): number | undefined {
  const { policy, ports, deadline, budget } = context;
  if (!mayRetry(error, attempt, policy)) return undefined;
  const delayMs = retryDelayMs(error, attempt, policy, ports.random);
  const totalLeftMs = policy.totalMs - (ports.clock.monotonicMs() - startedMs);
  if (delayMs > totalLeftMs || (deadline && delayMs >= deadline.remainingMs())) return undefined;
  // Withdraw last: a retry that does not happen must cost nothing.
  return budget && !budget.withdraw() ? undefined : delayMs;
}
