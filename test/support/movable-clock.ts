import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock, type Clock } from '../../src/reliability/ports.js';

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

/** The system's clock, which a test can move on: whole services run on it, and minutes need not be waited for. */
export class MovableClock implements Clock {
  private skippedMs = 0;
  private readonly timers = new Set<Timer>();

  epochMs(): number {
    return systemClock.epochMs() + this.skippedMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.skippedMs;
  }

  schedule(delayMs: number, fire: () => void): () => void {
    const cancel = systemClock.schedule(delayMs, () => this.ring(timer));
    const timer: Timer = {
      dueMs: this.monotonicMs() + delayMs,
      fire: () => {
        cancel();
        fire();
      },
    };
    this.timers.add(timer);
    return () => {
      cancel();
      this.timers.delete(timer);
    };
  }

  /** Moves on at once. What is due by then fires in its order; what that schedules begins to wait after the jump. */
  async skip(ms: number): Promise<void> {
    this.skippedMs += ms;
    const nowMs = this.monotonicMs();
    const due = [...this.timers]
      .filter(({ dueMs }) => dueMs <= nowMs)
      .toSorted((one, other) => one.dueMs - other.dueMs);
    for (const timer of due) {
      this.ring(timer);
      await nextTurn();
    }
  }

  private ring(timer: Timer): void {
    if (this.timers.delete(timer)) timer.fire();
  }
}
