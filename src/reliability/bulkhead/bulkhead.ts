import { numberFrom, wholeNumber } from '../options.js';
import type { Deadline } from '../deadline/deadline.js';
import { AppError, DEFAULT_RETRY_AFTER_MS } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/codes.js';
import type { Clock } from '../ports.js';
import { WaitQueue, type QueuePlace } from './wait-queue.js';

export interface BulkheadOptions {
  /** Calls that may run at once. */
  limit: number;
  /** Calls that may wait for one of those places; 0 turns away at once. Default: twice the limit. */
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
  return Object.freeze({
    limit,
    queueLimit: wholeNumber('queueLimit', options.queueLimit ?? limit * 2, 0),
    queueWaitMs: numberFrom('queueWaitMs', options.queueWaitMs ?? 5000, 0, { orInfinity: true }),
    refusalCode: options.refusalCode ?? 'overloaded',
    retryAfterMs: numberFrom('retryAfterMs', options.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS, 0),
  });
}

/** What ends a wait before its turn. */
export interface BulkheadWait {
  signal?: AbortSignal | undefined;
  deadline?: Deadline | undefined;
}

/** A place inside. Whoever holds it must give it back, once; more often does no harm. */
export interface BulkheadPermit {
  release(): void;
}

export interface BulkheadSnapshot {
  readonly name: string;
  readonly limit: number;
  readonly queueLimit: number;
  readonly active: number;
  readonly queued: number;
  /** The longest that the queue has been. */
  readonly highestQueued: number;
  /** Turned away because the queue was full. */
  readonly rejected: number;
  /** Turned away after waiting too long. */
  readonly timedOut: number;
}

interface Waiter {
  readonly admit: (permit: BulkheadPermit) => void;
}

/** Keeps one slow part from taking all of the process: so many calls at once, so many waiting, first come first served. */
export class Bulkhead {
  readonly options: CompiledBulkheadOptions;
  private readonly queue = new WaitQueue<Waiter>();
  private active = 0;
  private highestQueued = 0;
  private rejected = 0;
  private timedOut = 0;

  constructor(
    readonly name: string,
    options: BulkheadOptions,
    private readonly clock: Clock,
  ) {
    this.options = compileBulkheadOptions(options);
  }

  /** @throws AppError of the refusal code; the signal's or the deadline's reason; whatever the work throws. */
  async run<T>(work: () => T | Promise<T>, wait: BulkheadWait = {}): Promise<T> {
    const permit = await this.acquire(wait);
    try {
      return await work();
    } finally {
      permit.release();
    }
  }

  /** As {@link run}, for work that is not one function. */
  async acquire(wait: BulkheadWait = {}): Promise<BulkheadPermit> {
    wait.signal?.throwIfAborted();
    wait.deadline?.throwIfPassed();
    const permit = this.tryAcquire();
    if (permit) return permit;
    if (this.queue.size >= this.options.queueLimit) {
      this.rejected += 1;
      throw this.refusal('The queue is full.');
    }
    return this.join(wait);
  }

  /** A place if one is free now. While anybody waits none is: each goes from hand to hand. */
  tryAcquire(): BulkheadPermit | undefined {
    if (this.active >= this.options.limit) return undefined;
    this.active += 1;
    return this.permit();
  }

  snapshot(): BulkheadSnapshot {
    const { name, active, highestQueued, rejected, timedOut, queue } = this;
    const { limit, queueLimit } = this.options;
    return { name, limit, queueLimit, active, queued: queue.size, highestQueued, rejected, timedOut };
  }

  private join({ signal, deadline }: BulkheadWait): Promise<BulkheadPermit> {
    return new Promise((resolve, reject) => {
      const signals = [signal, deadline?.signal].filter((one) => one !== undefined);
      const settle = () => {
        cancelTimer?.();
        for (const one of signals) one.removeEventListener('abort', onAbort);
      };
      const leave = (reason: unknown) => {
        if (!this.queue.leave(place)) return;
        settle();
        reject(reason);
      };
      const onAbort = () => leave(signals.find((one) => one.aborted)?.reason);
      const place: QueuePlace<Waiter> = this.queue.join({
        admit: (permit) => {
          settle();
          resolve(permit);
        },
      });
      this.highestQueued = Math.max(this.highestQueued, this.queue.size);
      const cancelTimer = this.limitWait(() => {
        this.timedOut += 1;
        leave(this.refusal('The wait for a place took too long.'));
      });
      for (const one of signals) one.addEventListener('abort', onAbort);
      // A deadline may have passed while its signal was being made; such a signal fires no event any more.
      if (signals.some((one) => one.aborted)) onAbort();
    });
  }

  private limitWait(expire: () => void): (() => void) | undefined {
    const { queueWaitMs } = this.options;
    return queueWaitMs === Infinity ? undefined : this.clock.schedule(queueWaitMs, expire);
  }

  private permit(): BulkheadPermit {
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.handOver();
      },
    };
  }

  /** The place goes straight to the next in line, so nobody can slip in between. */
  private handOver(): void {
    const next = this.queue.shift();
    if (next) next.admit(this.permit());
    else this.active -= 1;
  }

  private refusal(detail: string): AppError {
    return new AppError(this.options.refusalCode, { detail, retryAfterMs: this.options.retryAfterMs });
  }
}
