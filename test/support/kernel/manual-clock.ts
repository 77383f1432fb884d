import { sleepOn, type Clock, type Sleep } from '../../../src/reliability/ports.js';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Taken at import, so that a test's fake timers cannot replace it. */
const afterMicrotasks = setImmediate;

/** Some work gathers all that comes in one turn of the event loop, and several such steps follow each other. */
const TURNS = 8;

/** A clock that moves only when a test says so. Both its wall time and its monotonic time move. */
export class ManualClock implements Clock {
  private nowMs: number;
  private readonly origin: number;
  private readonly timers = new Set<Timer>();
  private scheduled = 0;

  /** Waits on this clock. */
  readonly sleep: Sleep = sleepOn(this);

  constructor({ epochMs = Date.UTC(2026, 0, 1), startMs = 0 }: { epochMs?: number; startMs?: number } = {}) {
    this.nowMs = startMs;
    this.origin = epochMs - startMs;
  }

  epochMs(): number {
    return this.origin + this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  schedule(delayMs: number, fire: () => void): () => void {
    const timer = { dueMs: this.nowMs + Math.max(0, delayMs), order: this.scheduled++, fire };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Timers that have neither fired nor been cancelled: what a test checks for leaks. */
  get pending(): number {
    return this.timers.size;
  }

  /** Moves on by `ms`, firing due timers in order and letting everything that they started settle in between. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.nowMs + ms;
    await this.settle();
    for (let timer = this.next(targetMs); timer; timer = this.next(targetMs)) {
      this.timers.delete(timer);
      this.nowMs = Math.max(this.nowMs, timer.dueMs);
      timer.fire();
      await this.settle();
    }
    this.nowMs = targetMs;
    await this.settle();
  }

  /** Moves on until nothing is scheduled any more, or until `limitMs` have passed. */
  async advanceUntilIdle(limitMs = 3_600_000): Promise<void> {
    const endMs = this.nowMs + limitMs;
    await this.settle();
    for (let timer = this.next(endMs); timer; timer = this.next(endMs)) await this.advance(timer.dueMs - this.nowMs);
  }

  /** Lets every promise that can settle now settle, be it in a later turn of the event loop. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => afterMicrotasks(resolve));
  }

  private next(untilMs: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.dueMs > untilMs) continue;
      if (!earliest || timer.dueMs < earliest.dueMs || (timer.dueMs === earliest.dueMs && timer.order < earliest.order))
        earliest = timer;
    }
    return earliest;
  }
}
