import { AppError } from '../errors/app-error.js';
import type { Clock } from '../ports.js';

/** The client closed the connection: its work is cancelled, and no answer can reach it. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';

  constructor() {
    super('the client has gone');
  }
}

/**
 * An absolute point in time until which work may go on, and the signal that ends it.
 * Most requests never wait long enough to need the signal, so signal and timer are made on first use.
 */
export class Deadline {
  private controller: AbortController | undefined;
  private disarm: (() => void) | undefined;
  private ended: { reason: unknown } | undefined;
  private released = false;
  private endsAtMs: number;

  /** @param expiresAtMs in the clock's monotonic milliseconds; `Infinity` never passes. */
  constructor(
    private readonly clock: Clock,
    expiresAtMs: number,
  ) {
    this.endsAtMs = expiresAtMs;
  }

  /** In the clock's monotonic milliseconds; `Infinity` never passes. */
  get expiresAtMs(): number {
    return this.endsAtMs;
  }

  static after(clock: Clock, delayMs: number): Deadline {
    return new Deadline(clock, clock.monotonicMs() + delayMs);
  }

  static never(clock: Clock): Deadline {
    return new Deadline(clock, Infinity);
  }

  /** Milliseconds left, never negative. */
  remainingMs(): number {
    return this.ended ? 0 : Math.max(0, this.expiresAtMs - this.clock.monotonicMs());
  }

  /** Aborted when the deadline passes or {@link cancel} is called. */
  get signal(): AbortSignal {
    if (this.controller) return this.controller.signal;
    this.controller = new AbortController();
    if (this.ended) this.controller.abort(this.ended.reason);
    else if (this.remainingMs() === 0) this.expire();
    else if (this.expiresAtMs !== Infinity && !this.released) this.arm();
    return this.controller.signal;
  }

  /** @throws the reason when the work must not go on. */
  throwIfPassed(): void {
    if (!this.ended && this.remainingMs() === 0) this.expire();
    const { ended } = this;
    if (ended) throw ended.reason;
  }

  /**
   * Extends a deadline that has not passed until at least `ms` are left. For a last step that must not be broken off in the
   * middle: the caller could no longer tell whether it was done.
   * @throws the reason when it has passed.
   */
  leaveAtLeast(ms: number): void {
    this.throwIfPassed();
    // A running timer fires at the old time, and is then set again for the rest.
    this.endsAtMs = Math.max(this.endsAtMs, this.clock.monotonicMs() + ms);
  }

  /** Ends the work before its time, e.g. because the client has gone. The first reason stands. */
  cancel(reason: unknown): void {
    if (this.ended) return;
    this.ended = { reason };
    this.disarm?.();
    this.controller?.abort(reason);
  }

  /** The work is done: gives the timer back. */
  release(): void {
    this.released = true;
    this.disarm?.();
    this.disarm = undefined;
  }

  private arm(): void {
    // A timer may fire a little early by the monotonic clock: it is then set again for the rest.
    this.disarm = this.clock.schedule(Math.ceil(this.remainingMs()), () =>
      this.remainingMs() > 0 ? this.arm() : this.expire(),
    );
  }

  private expire(): void {
    this.cancel(new AppError('deadline_exceeded'));
  }
}
