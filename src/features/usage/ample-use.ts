import type { Clock } from '../../reliability/ports.js';
import type { Reservation } from './usage.repository.js';

/** For how long it is believed that there is still room, milliseconds. If that is wrong, a finished answer is withheld. */
const BELIEVED_MS = 5_000;
/** More units than one tenant has calls under way. */
const AMPLE = 1_000;
const MOST_KEPT = 10_000;

type Use = Pick<Reservation, 'tenantId' | 'feature'>;

interface Belief {
  readonly unlimited: boolean;
  readonly untilMs: number;
  /** When this process last set a limit: answers to questions from before it are not believed. */
  readonly limitedMs: number;
}

/** Which tenants had room to spare for a feature when they last took a unit of it. */
export class AmpleUse {
  private readonly beliefs = new Map<string, Belief>();

  constructor(private readonly clock: Clock) {}

  /** Whether so many units were left that one more call does not matter. */
  isAmple(use: Use): boolean {
    return this.belief(use) !== undefined;
  }

  /** Whether there was no limit. */
  isUnlimited(use: Use): boolean {
    return this.belief(use)?.unlimited === true;
  }

  /** @returns the time of a question, to be noted with its answer. */
  ask(): number {
    return this.clock.monotonicMs();
  }

  /**
   * @param left units after the last one: infinite without a limit, negative when there was none.
   * @param askedMs what {@link ask} has returned: the answer may be older than a limit that is known by now.
   */
  note(use: Use, left: number, askedMs: number): void {
    const limitedMs = this.beliefs.get(keyOf(use))?.limitedMs ?? -Infinity;
    if (askedMs <= limitedMs) return;
    const untilMs = left < AMPLE ? -Infinity : this.clock.monotonicMs() + BELIEVED_MS;
    this.keep(use, { unlimited: left === Infinity, untilMs, limitedMs });
  }

  /** There is a limit now. */
  drop(use: Use): void {
    this.keep(use, { unlimited: false, untilMs: -Infinity, limitedMs: this.clock.monotonicMs() });
  }

  /** The database cannot count: no call may begin in the belief that it will be counted. */
  dropAll(): void {
    this.beliefs.clear();
  }

  private keep(use: Use, belief: Belief): void {
    const key = keyOf(use);
    this.beliefs.delete(key);
    this.beliefs.set(key, belief);
    if (this.beliefs.size <= MOST_KEPT) return;
    const [oldest] = this.beliefs.keys();
    if (oldest !== undefined) this.beliefs.delete(oldest);
  }

  private belief(use: Use): Belief | undefined {
    const belief = this.beliefs.get(keyOf(use));
    return belief && belief.untilMs > this.clock.monotonicMs() ? belief : undefined;
  }
}

function keyOf({ tenantId, feature }: Use): string {
  return `${tenantId}/${feature}`;
}
