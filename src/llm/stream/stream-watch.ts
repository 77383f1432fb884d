import type { Clock } from '../../reliability/ports.js';
import { ProviderFault } from '../provider-fault.js';
import { Pace } from './pace.js';

export interface StreamWatchOptions {
  readonly clock: Clock;
  /** When something must have been said, in the clock's monotonic milliseconds. */
  readonly firstTokenByMs: number;
  /** Between two pieces that say something, milliseconds. */
  readonly stallMs: number;
  readonly judgesPace: () => boolean;
  /** Called once. */
  readonly onFault: (fault: ProviderFault) => void;
}

/** Watches one stream: its first token, the gaps after it, and its pace. Keep-alives do not count. */
export class StreamWatch {
  private readonly pace: Pace;
  private begun = false;
  private spoken = false;
  private waiting = false;
  private lastMs = 0;
  private disarm: (() => void) | undefined;

  constructor(private readonly options: StreamWatchOptions) {
    this.pace = new Pace(options.stallMs);
    this.arm(options.firstTokenByMs - options.clock.monotonicMs());
  }

  /** A read has brought so many pieces that say something. */
  said(pieces: number): void {
    const nowMs = this.options.clock.monotonicMs();
    const gapMs = nowMs - this.lastMs;
    this.lastMs = nowMs;
    this.begin();
    if (!this.spoken) {
      this.spoken = true;
      this.pace.begin(pieces);
    } else if (this.pace.isDripping(gapMs, pieces) && this.options.judgesPace()) {
      this.fail('The stream has become much slower than it began.');
    }
  }

  /** The provider works on something that cannot be passed on yet: no silence, but no measure of its pace either. */
  lives(): void {
    this.lastMs = this.options.clock.monotonicMs();
    this.begin();
  }

  /** The reader is busy: the provider is not to blame for the silence. */
  pause(): void {
    this.waiting = true;
  }

  resume(): void {
    this.waiting = false;
    this.lastMs = this.options.clock.monotonicMs();
  }

  release(): void {
    this.disarm?.();
    this.disarm = undefined;
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.arm(this.options.stallMs);
  }

  private arm(ms: number): void {
    this.disarm?.();
    this.disarm = this.options.clock.schedule(Math.max(0, Math.ceil(ms)), () => this.look());
  }

  /** Pieces that came meanwhile did not reset the timer: that would cost more than reading them. */
  private look(): void {
    const { clock, firstTokenByMs, stallMs } = this.options;
    if (this.waiting) return this.arm(stallMs);
    const dueMs = (this.begun ? this.lastMs + stallMs : firstTokenByMs) - clock.monotonicMs();
    if (dueMs > 0) this.arm(dueMs);
    else if (this.begun) this.fail('The stream fell silent before it was whole.');
    else this.finish(new ProviderFault('silent', { detail: 'The provider did not begin to answer in time.' }));
  }

  private fail(detail: string): void {
    this.finish(new ProviderFault('too_slow', { detail }));
  }

  private finish(fault: ProviderFault): void {
    this.release();
    this.options.onFault(fault);
  }
}
