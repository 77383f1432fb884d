import { ClientGone } from '../deadline/deadline.js';
import { AppError } from './app-error.js';
import type { ErrorCategory, ErrorCode } from './codes.js';

/**
 * What the end of a call says about the part that was called. Circuits, retries and logs read it:
 * - `success`: it did its job, also when its answer is a refusal (not found, conflict, invalid);
 * - `failure`: it did not;
 * - `saturated`: it is alive, but wants less (429, a full queue);
 * - `cancelled`: we stopped waiting, so nothing is known.
 */
export type Outcome = 'success' | 'failure' | 'saturated' | 'cancelled';

const OUTCOME_OF_CATEGORY = {
  validation: 'success',
  auth: 'success',
  not_found: 'success',
  conflict: 'success',
  rate_limit: 'saturated',
  upstream: 'failure',
  overload: 'failure',
  internal: 'failure',
} as const satisfies Record<ErrorCategory, Outcome>;

const OUTCOME_OF_CODE: Partial<Record<ErrorCode, Outcome>> = {
  provider_request_failed: 'success',
  content_filtered: 'success',
  context_length_exceeded: 'success',
  overloaded: 'saturated',
  queue_saturated: 'saturated',
  shutting_down: 'cancelled',
  // A caller chooses its deadline. Counted as failures, five calls with a deadline of 1 ms would open a circuit for all.
  deadline_exceeded: 'cancelled',
};

/** @param error what the call threw; `undefined` when it returned. Errors outside the taxonomy count as failures. */
export function outcomeOf(error?: unknown): Outcome {
  if (error === undefined) return 'success';
  const reason = abortReason(error);
  if (reason instanceof ClientGone || isAbort(reason)) return 'cancelled';
  if (reason instanceof AppError) return OUTCOME_OF_CODE[reason.code] ?? OUTCOME_OF_CATEGORY[reason.category];
  return 'failure';
}

/** The reason of an abort, which Node wraps in an `AbortError` of its own; any other error as it is. */
export function abortReason(error: unknown): unknown {
  return isAbort(error) && error.cause !== undefined && error.cause !== error ? abortReason(error.cause) : error;
}

/** DOMException is no subclass of Error in every realm, so the name decides. */
function isAbort(error: unknown): error is { name: string; cause?: unknown } {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}
