import type { Clock } from '../../reliability/ports.js';
import type { Reservation } from './usage.repository.js';

/** For how long it is believed that there is still room, milliseconds: to be wrong costs a call whose answer nobody gets. */
const BELIEVED_MS = 5_000;
/** More units than one tenant has calls under way. */
const AMPLE = 1_000;
const MOST_KEPT = 10_000;

type Use = Pick<Reservation, 'tenantId' | 'feature'>;

interface Belief {
  readonly unlimited: boolean;
  readonly untilMs: number;
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

  /** @param left units after the last one: infinite without a limit, negative when there was none. */
  note(use: Use, left: number): void {
    this.drop(use);
    if (left < AMPLE) return;
    this.beliefs.set(keyOf(use), { unlimited: left === Infinity, untilMs: this.clock.monotonicMs() + BELIEVED_MS });
    if (this.beliefs.size <= MOST_KEPT) return;
    const [oldest] = this.beliefs.keys();
    if (oldest !== undefined) this.beliefs.delete(oldest);
  }

  drop(use: Use): void {
    this.beliefs.delete(keyOf(use));
  }

  /** Where nothing can be counted, nothing is begun in the belief that it will be. */
  dropAll(): void {
    this.beliefs.clear();
  }

  private belief(use: Use): Belief | undefined {
    const belief = this.beliefs.get(keyOf(use));
    return belief && belief.untilMs > this.clock.monotonicMs() ? belief : undefined;
  }
}

function keyOf({ tenantId, feature }: Use): string {
  return `${tenantId}/${feature}`;
}
