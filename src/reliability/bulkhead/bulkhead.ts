import type { Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../ports.js';
import { compileBulkheadOptions, type BulkheadOptions, type CompiledBulkheadOptions } from './bulkhead-options.js';
import type { Share, Waiting } from './fair-lane.js';
import { Places, type BulkheadClaim, type Lane } from './places.js';

/** A claim, and what ends its wait before its turn. */
export interface BulkheadWait extends BulkheadClaim {
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
  readonly lanes: Readonly<Record<Lane, { readonly active: number; readonly queued: number }>>;
  /** How many keys hold or wait for a place, in each lane; which ones is nobody's business. */
  readonly keys: number;
  /** The longest that the queue has been. */
  readonly highestQueued: number;
  /** Turned away because the queue was full. */
  readonly rejected: number;
  /** Of those, the ones who had been waiting and gave way to a key with fewer waiters. */
  readonly displaced: number;
  /** Turned away after waiting too long. */
  readonly timedOut: number;
}

interface Waiter {
  readonly admit: (permit: BulkheadPermit) => void;
  readonly turnAway: (reason: AppError) => void;
}

/** Nobody gave up a place for as long as one may wait for it: what went before must be stuck. */
export class BulkheadTimeout extends AppError {}

/**
 * Keeps one slow part from taking all of the process, and one tenant from taking all of the part: so many calls at once, so many
 * waiting, and each place to whose turn it is by {@link Places}.
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
    const permit = this.tryAcquire(wait);
    if (permit) return permit;
    if (this.places.isFull(wait)) this.makeRoom(wait);
    return this.join(wait);
  }

  /** A place if there is one for this claim now: then nobody waits who might have it. */
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

  /** @throws AppError of the refusal code when nobody must give way to this claim. */
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

  /** A place that is given back goes straight to whose turn it is, so nobody can slip in between. */
  private handOut(): void {
    for (let next = this.places.serve(); next; next = this.places.serve()) next.waiter.admit(this.permit(next.share));
  }

  private refusal(detail: string, Refusal = AppError): AppError {
    return new Refusal(this.options.refusalCode, { detail, retryAfterMs: this.options.retryAfterMs });
  }
}
