import type { Delta, Hint } from './hint.js';

/** The most sessions whose hints wait; followers of any other find its events by polling the log. */
const MOST_HINTS = 10_000;

/** The most deltas that wait. */
const MOST_DELTAS = 256;

/** Hints and deltas that are sent to other processes together. */
export interface Batch {
  readonly hints: readonly Hint[];
  readonly deltas: readonly Delta[];
}

/** Hints and deltas that wait to be sent. Hints of one session become one, and both kinds are bounded: all of it may be lost. */
export class HintBuffer {
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
