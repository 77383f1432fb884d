import type { Delta, Hint } from './hint.js';

/** Sessions whose hints may wait at once; the logs of others are looked at anyway. */
const MOST_HINTS = 10_000;

/** What may wait of what is not logged. */
const MOST_DELTAS = 256;

/** What is sent to other processes at once. */
export interface Batch {
  readonly hints: readonly Hint[];
  readonly deltas: readonly Delta[];
}

/** What waits to be sent. Hints of one session become one, and nothing waits without bound: it may all be lost. */
export class Outbox {
  private readonly reached = new Map<string, number>();
  private deltas: Delta[] = [];

  get isEmpty(): boolean {
    return this.reached.size === 0 && this.deltas.length === 0;
  }

  addHint({ sessionId, sequence }: Hint): void {
    const before = this.reached.get(sessionId);
    if (before === undefined && this.reached.size >= MOST_HINTS) return;
    this.reached.set(sessionId, Math.max(before ?? 0, sequence));
  }

  /** @returns whether there was room for it. */
  addDelta(delta: Delta): boolean {
    if (this.deltas.length >= MOST_DELTAS) return false;
    this.deltas.push(delta);
    return true;
  }

  take(): Batch {
    const hints = [...this.reached].map(([sessionId, sequence]) => ({ sessionId, sequence }));
    const { deltas } = this;
    this.reached.clear();
    this.deltas = [];
    return { hints, deltas };
  }
}
