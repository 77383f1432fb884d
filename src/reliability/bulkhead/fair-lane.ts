import { WaitQueue, type QueuePlace } from './wait-queue.js';

/** One key's share of a lane: the places that it holds, and its line of waiters. */
export class Share<W> extends WaitQueue<W> {
  active = 0;

  constructor(
    readonly lane: FairLane<W>,
    readonly key: string,
  ) {
    super();
  }
}

/** A waiter in its line. */
export interface Waiting<W> {
  readonly share: Share<W>;
  readonly place: QueuePlace<W>;
}

/**
 * The places and the waiters of one lane, by key. The next place goes to the waiting key that holds the fewest. Keys that hold
 * as many take turns; within a key, first come is first served.
 */
export class FairLane<W> {
  active = 0;
  queued = 0;
  private readonly shares = new Map<string, Share<W>>();
  /** Shares with waiters; the one that was served last is at the end. */
  private readonly turns = new Set<Share<W>>();

  /** Keys that hold or wait for a place; all others are forgotten. */
  get keys(): number {
    return this.shares.size;
  }

  activeOf(key: string): number {
    return this.shares.get(key)?.active ?? 0;
  }

  queuedOf(key: string): number {
    return this.shares.get(key)?.size ?? 0;
  }

  /** Takes a place for the key. */
  enter(key: string): Share<W> {
    const share = this.shareOf(key);
    this.count(share, 1);
    return share;
  }

  /** Gives a place of the share back. */
  exit(share: Share<W>): void {
    this.count(share, -1);
    this.forgetIdle(share);
  }

  join(key: string, waiter: W): Waiting<W> {
    const share = this.shareOf(key);
    const place = share.join(waiter);
    this.turns.add(share);
    this.queued += 1;
    return { share, place };
  }

  /** @returns whether it was still waiting. */
  quit({ share, place }: Waiting<W>): boolean {
    if (!share.leave(place)) return false;
    this.queued -= 1;
    if (share.size === 0) this.turns.delete(share);
    this.forgetIdle(share);
    return true;
  }

  /** The share whose turn it is; undefined when none has a waiter. */
  next(): Share<W> | undefined {
    let fewest: Share<W> | undefined;
    for (const share of this.turns) if (!fewest || share.active < fewest.active) fewest = share;
    return fewest;
  }

  /** Takes a place for the first in line of a share. */
  serve(share: Share<W>): W | undefined {
    const waiter = share.shift();
    if (waiter === undefined) return undefined;
    this.queued -= 1;
    this.count(share, 1);
    this.turns.delete(share);
    if (share.size > 0) this.turns.add(share);
    return waiter;
  }

  /** The share with the longest line; undefined when none has a waiter. */
  greediest(): Share<W> | undefined {
    let longest: Share<W> | undefined;
    for (const share of this.turns) if (!longest || share.size > longest.size) longest = share;
    return longest;
  }

  private shareOf(key: string): Share<W> {
    let share = this.shares.get(key);
    if (!share) this.shares.set(key, (share = new Share(this, key)));
    return share;
  }

  private count(share: Share<W>, change: 1 | -1): void {
    share.active += change;
    this.active += change;
  }

  private forgetIdle(share: Share<W>): void {
    if (share.active === 0 && share.size === 0) this.shares.delete(share.key);
  }
}
