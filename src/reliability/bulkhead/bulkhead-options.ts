import { DEFAULT_RETRY_AFTER_MS } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/codes.js';
import { numberFrom, OptionFault, wholeNumber } from '../options.js';

export interface BulkheadOptions {
  /** Calls that may run at once. */
  limit: number;
  /**
   * The last places of the limit, given only to a key that holds none: a newcomer finds a place although another key
   * takes all that it can get. They stay idle while one key is alone. Default: 0.
   */
  reserve?: number;
  /** Calls that may wait in each lane; with 0, a call that finds no place is refused at once. Default: twice the limit. */
  queueLimit?: number;
  /** How long a call may wait, in milliseconds. Default: 5000. */
  queueWaitMs?: number;
  /** The code of a refusal. Default: `overloaded`. */
  refusalCode?: Extract<ErrorCode, 'overloaded' | 'queue_saturated' | 'dependency_unavailable'>;
  /** How soon a refused call may be repeated, in milliseconds. */
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

/** The reserve of a limit that many tenants share: an eighth of it, none below eight places. */
export function reserveFor(limit: number): number {
  return Math.floor(limit / 8);
}
