import type { CompiledBulkheadOptions } from './bulkhead-options.js';
import { FairLane, type Share, type Waiting } from './fair-lane.js';

/** `interactive` calls, which a user is waiting for, go before `background` ones. */
export type Lane = 'interactive' | 'background';

/** For which key, and in which lane, a call asks for a place. */
export interface BulkheadClaim {
  /** A tenant: places are shared fairly by key. Calls without one count together as one more key. */
  key?: string | undefined;
  /** Default: `interactive`. */
  lane?: Lane | undefined;
}

/** Up to this part of the limit the background gets every second place handed over: it waits longer but never starves. */
const BACKGROUND_SHARE = 0.25;

/**
 * Decides who gets a place, and when. A free place outside the reserve goes at once to the call that asks. One that is given back
 * goes to the interactive lane first, and there to the waiting key that holds the fewest. A waiter may not have a place now.
 */
export class Places<W> {
  private readonly lanes: Readonly<Record<Lane, FairLane<W>>> = {
    interactive: new FairLane(),
    background: new FairLane(),
  };
  /** The lane whose queue was last given a place. */
  private lastServed = this.lanes.background;

  constructor(private readonly options: Pick<CompiledBulkheadOptions, 'limit' | 'reserve' | 'queueLimit'>) {}

  get active(): number {
    return this.lanes.interactive.active + this.lanes.background.active;
  }

  get queued(): number {
    return this.lanes.interactive.queued + this.lanes.background.queued;
  }

  /** Keys that hold or wait for places, counted in each lane. */
  get keys(): number {
    return this.lanes.interactive.keys + this.lanes.background.keys;
  }

  countIn(lane: Lane): { active: number; queued: number } {
    const { active, queued } = this.lanes[lane];
    return { active, queued };
  }

  /** Takes a place if there is one for this claim now. */
  enter({ key = '', lane = 'interactive' }: BulkheadClaim): Share<W> | undefined {
    const into = this.lanes[lane];
    return this.mayEnter(into, into.activeOf(key)) ? into.enter(key) : undefined;
  }

  exit(share: Share<W>): void {
    share.lane.exit(share);
  }

  join({ key = '', lane = 'interactive' }: BulkheadClaim, waiter: W): Waiting<W> {
    return this.lanes[lane].join(key, waiter);
  }

  /** @returns whether it was still waiting. */
  quit(waiting: Waiting<W>): boolean {
    return waiting.share.lane.quit(waiting);
  }

  isFull({ lane = 'interactive' }: BulkheadClaim): boolean {
    return this.lanes[lane].queued >= this.options.queueLimit;
  }

  /**
   * The waiter that leaves a full queue for this claim: the newest one of the key with the most. Undefined unless that key has at
   * least two more waiters than this one: keys that differ by one would take turns in being refused.
   */
  tooMany({ key = '', lane = 'interactive' }: BulkheadClaim): W | undefined {
    const from = this.lanes[lane];
    const greediest = from.greediest();
    return greediest && greediest.size > from.queuedOf(key) + 1 ? greediest.newest?.value : undefined;
  }

  /** Gives a place to the waiter whose turn it is; undefined when no waiter may have one. */
  serve(): { share: Share<W>; waiter: W } | undefined {
    const share = this.queued > 0 ? this.nextShare() : undefined;
    const waiter = share?.lane.serve(share);
    if (!share || waiter === undefined) return undefined;
    this.lastServed = share.lane;
    return { share, waiter };
  }

  private nextShare(): Share<W> | undefined {
    const { interactive, background } = this.lanes;
    const due = Math.max(1, Math.floor(this.options.limit * BACKGROUND_SHARE));
    const isBackgroundDue = background.active < due && this.lastServed !== background;
    const order = isBackgroundDue ? [background, interactive] : [interactive, background];
    return order.map((lane) => lane.next()).find((share) => share && this.mayEnter(share.lane, share.active));
  }

  /** The reserve is for a key without a place. The background returns places slowly: it gets one only while it holds none. */
  private mayEnter(lane: FairLane<W>, activeOfKey: number): boolean {
    const free = this.options.limit - this.active;
    if (free > this.options.reserve) return true;
    return free > 0 && (lane === this.lanes.background ? lane.active : activeOfKey) === 0;
  }
}
