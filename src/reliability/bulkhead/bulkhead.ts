import type { Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../ports.js';
import { compileBulkheadOptions, type BulkheadOptions, type CompiledBulkheadOptions } from './bulkhead-options.js';
import type { Share, Waiting } from './fair-lane.js';
import { Places, type BulkheadClaim, type Lane } from './places.js';

/** A claim, and what may end its wait early. */
export interface BulkheadWait extends BulkheadClaim {
  signal?: AbortSignal | undefined;
  deadline?: Deadline | undefined;
}

/** A place inside. Its holder must release it once; a second release does nothing. */
export interface BulkheadPermit {
  release(): void;
}

export interface BulkheadSnapshot {
  readonly name: string;
  readonly limit: number;
  readonly queueLimit: number;
  readonly active: number;
  readonly queued: number;
  readonly lanes: Readonly<Record<Lane, { readonly active: number; readonly queued: number }>>;
  /** Keys that hold or wait for a place, counted in each lane; the snapshot does not name them. */
  readonly keys: number;
  /** The longest that the queue has been. */
  readonly highestQueued: number;
  /** Calls refused because the queue was full. */
  readonly rejected: number;
  /** Of `rejected`: calls that were already waiting, and gave way to a key with fewer waiters. */
  readonly displaced: number;
  /** Calls refused because they waited too long. */
  readonly timedOut: number;
}

interface Waiter {
  readonly admit: (permit: BulkheadPermit) => void;
  readonly turnAway: (reason: AppError) => void;
}

/** A call waited for `queueWaitMs` and got no place: the calls that hold the places must be stuck. */
export class BulkheadTimeout extends AppError {}

/**
 * Keeps one slow part from taking the whole process, and one tenant from taking the whole part. It limits how many calls run and
 * how many wait; {@link Places} decides whose turn it is.
 */
export class Bulkhead {
  readonly options: CompiledBulkheadOptions;
  private readonly places: Places<Waiter>;
  private highestQueued = 0;
  private rejected = 0;
  private displaced = 0;
  private timedOut = 0;

  constructor(
    readonly name: string,
    options: BulkheadOptions,
    private readonly clock: Clock,
  ) {
    this.options = compileBulkheadOptions(options);
    this.places = new Places(this.options);
  }

  /** @throws AppError of the refusal code; the signal's or the deadline's reason; what the work throws. */
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
    const permit = this.tryAcquire(wait);
    if (permit) return permit;
    if (this.places.isFull(wait)) this.makeRoom(wait);
    return this.join(wait);
  }

  /** A place if this claim may have one now. It overtakes no waiter: one that may have the place already holds it. */
  tryAcquire(claim: BulkheadClaim = {}): BulkheadPermit | undefined {
    const share = this.places.enter(claim);
    return share && this.permit(share);
  }

  snapshot(): BulkheadSnapshot {
    const { name, highestQueued, rejected, displaced, timedOut } = this;
    const { limit, queueLimit } = this.options;
    const { active, queued, keys } = this.places;
    const lanes = { interactive: this.places.countIn('interactive'), background: this.places.countIn('background') };
    return { name, limit, queueLimit, active, queued, lanes, keys, highestQueued, rejected, displaced, timedOut };
  }

  /** @throws AppError of the refusal code when no waiter must give way to this claim. */
  private makeRoom(claim: BulkheadClaim): void {
    this.rejected += 1;
    const refusal = this.refusal('The queue is full.');
    const waiter = this.places.tooMany(claim);
    if (!waiter) throw refusal;
    this.displaced += 1;
    waiter.turnAway(refusal);
  }

  private join(wait: BulkheadWait): Promise<BulkheadPermit> {
    return new Promise((resolve, reject) => {
      const signals = [wait.signal, wait.deadline?.signal].filter((one) => one !== undefined);
      const settle = () => {
        cancelTimer?.();
        for (const one of signals) one.removeEventListener('abort', onAbort);
      };
      const leave = (reason: unknown) => {
        if (!this.places.quit(waiting)) return;
        settle();
        reject(reason);
      };
      const onAbort = () => leave(signals.find((one) => one.aborted)?.reason);
      const waiting: Waiting<Waiter> = this.places.join(wait, {
        admit: (permit) => {
          settle();
          resolve(permit);
        },
        turnAway: leave,
      });
      this.highestQueued = Math.max(this.highestQueued, this.places.queued);
      const cancelTimer = this.limitWait(() => {
        this.timedOut += 1;
        leave(this.refusal('The wait for a place took too long.', BulkheadTimeout));
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

  private permit(share: Share<Waiter>): BulkheadPermit {
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.places.exit(share);
        this.handOut();
      },
    };
  }

  /** Hands a place that is given back straight to the next waiter, so that no new call can slip in between. */
  private handOut(): void {
    for (let next = this.places.serve(); next; next = this.places.serve()) next.waiter.admit(this.permit(next.share));
  }

  private refusal(detail: string, Refusal = AppError): AppError {
    return new Refusal(this.options.refusalCode, { detail, retryAfterMs: this.options.retryAfterMs });
  }
}
