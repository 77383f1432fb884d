import { isAppError } from '../errors/app-error.js';
import type { ErrorCategory } from '../errors/codes.js';
import { outcomeOf } from '../errors/outcome.js';
import { numberFrom, wholeNumber } from '../options.js';
import type { Random } from '../ports.js';

export interface RetryOptions {
  /** Attempts in all, the first one included. Default: 3. */
  maxAttempts?: number;
  /** The upper bound of the first wait, in milliseconds; it doubles with each attempt. Default: 500. */
  baseMs?: number;
  /** The upper bound of any wait of ours, in milliseconds. Default: 10 000. */
  capMs?: number;
  /** No attempt begins later than this after the first one, in milliseconds. Default: 30 000. */
  totalMs?: number;
  /** Which errors deserve another attempt. Default: {@link isPassing}. Cancelled and internal errors never do. */
  retryable?: (error: unknown) => boolean;
}

export type RetryPolicy = Readonly<Required<RetryOptions>>;

const PASSING_CATEGORIES: ReadonlySet<ErrorCategory> = new Set(['overload', 'upstream']);

/** Errors of parts that may be back in a moment. Quotas, rate limits and conflicts are for the caller to resolve. */
export function isPassing(error: unknown): boolean {
  return isAppError(error) && error.retryable && PASSING_CATEGORIES.has(error.category);
}

/** @throws OptionFault */
export function compileRetryPolicy(options: RetryOptions = {}): RetryPolicy {
  return Object.freeze({
    maxAttempts: wholeNumber('maxAttempts', options.maxAttempts ?? 3, 1),
    baseMs: numberFrom('baseMs', options.baseMs ?? 500, 0),
    capMs: numberFrom('capMs', options.capMs ?? 10_000, 0),
    totalMs: numberFrom('totalMs', options.totalMs ?? 30_000, 0, { orInfinity: true }),
    retryable: options.retryable ?? isPassing,
  });
}

/** May I retry? @param attempt the number of the attempt that failed, from 1. */
export function mayRetry(error: unknown, attempt: number, policy: RetryPolicy): boolean {
  if (attempt >= policy.maxAttempts) return false;
  if (outcomeOf(error) === 'cancelled' || isAppError(error, 'internal_error')) return false;
  return policy.retryable(error);
}

/**
 * How long until the next attempt, in milliseconds: full jitter (M. Brooker, "Exponential Backoff And Jitter", 2015),
 * but never less than the failing part itself asked for.
 * @param attempt the number of the attempt that failed, from 1.
 */
export function retryDelayMs(error: unknown, attempt: number, policy: RetryPolicy, random: Random): number {
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 52));
  const statedMs = isAppError(error) ? (error.statedRetryAfterMs ?? 0) : 0;
  return Math.max(statedMs, random() * ceilingMs);
}
