import { DEFAULT_RETRY_AFTER_MS } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/codes.js';
import { numberFrom, OptionFault, wholeNumber } from '../options.js';

export interface BulkheadOptions {
  /** Calls that may run at once. */
  limit: number;
  /**
   * Of those, the last ones to be given away: only to who holds none, so that whoever comes finds a place although another
   * one fills all that it can get. They are idle while one key is alone. Default: 0.
   */
  reserve?: number;
  /** Calls of one lane that may wait for a place; 0 turns away at once. Default: twice the limit. */
  queueLimit?: number;
  /** How long one may wait, in milliseconds. Default: 5000. */
  queueWaitMs?: number;
  /** What those who are turned away are told. Default: `overloaded`. */
  refusalCode?: Extract<ErrorCode, 'overloaded' | 'queue_saturated' | 'dependency_unavailable'>;
  /** When those may come back, in milliseconds. */
  retryAfterMs?: number;
}

export type CompiledBulkheadOptions = Readonly<Required<BulkheadOptions>>;

/** @throws OptionFault */
export function compileBulkheadOptions(options: BulkheadOptions): CompiledBulkheadOptions {
  const limit = wholeNumber('limit', options.limit, 1);
  const reserve = wholeNumber('reserve', options.reserve ?? 0, 0);
  if (reserve >= limit) throw new OptionFault(`reserve must be below the limit of ${limit}, not ${reserve}`);
  return Object.freeze({
    limit,
    reserve,
    queueLimit: wholeNumber('queueLimit', options.queueLimit ?? limit * 2, 0),
    queueWaitMs: numberFrom('queueWaitMs', options.queueWaitMs ?? 5000, 0, { orInfinity: true }),
    refusalCode: options.refusalCode ?? 'overloaded',
    retryAfterMs: numberFrom('retryAfterMs', options.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS, 0),
  });
}

/** A reserve for a limit whose callers are many tenants: an eighth, none where that would be less than a place. */
export function reserveFor(limit: number): number {
  return Math.floor(limit / 8);
}
