import { AppError } from '../errors/app-error.js';
import { outcomeOf, type Outcome } from '../errors/outcome.js';
import type { Clock } from '../ports.js';
import type { CompiledCircuitOptions } from './circuit-options.js';
import { ProbeLease } from './probe-lease.js';
import { settledOpossum, type OpossumCircuit, type WindowRotation } from './settled-opossum.js';
import { FailureStreak } from './failure-streak.js';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** How a call ended, for its circuit. `saturated` (429) and `neutral` (cancelled, unknown) neither open nor close it. */
export type CircuitOutcome = 'success' | 'failure' | 'saturated' | 'neutral';

export interface CircuitChange {
  readonly name: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
}

/** Leave to make one call. Record its outcome; only the first record counts. */
export interface CircuitPermit {
  readonly admitted: true;
  /** The generation of the circuit that it belongs to: once that has passed, what it records counts for nothing. */
  readonly generation: number;
  record(outcome: CircuitOutcome): void;
}

export interface CircuitRefusal {
  readonly admitted: false;
  readonly state: Exclude<CircuitState, 'closed'>;
  /** When to ask again, in milliseconds. */
  readonly retryAfterMs: number;
}

export type CircuitAdmission = CircuitPermit | CircuitRefusal;

export interface CircuitSnapshot {
  readonly name: string;
  readonly state: CircuitState;
  readonly generation: number;
  /** Milliseconds until a probe may try; 0 unless open. */
  readonly opensForMs: number;
  /** Whether a probe is out. */
  readonly probing: boolean;
  readonly failuresInARow: number;
  readonly probeSuccesses: number;
  /** Since the circuit was made. `stale` outcomes came from permits of an older generation. */
  readonly totals: Readonly<Record<CircuitOutcome | 'refused' | 'stale' | 'opened', number>>;
  /** Within the last minute, while closed. */
  readonly recent: Readonly<Record<'successes' | 'failures', number>>;
}

const CIRCUIT_OUTCOME = {
  success: 'success',
  failure: 'failure',
  saturated: 'saturated',
  cancelled: 'neutral',
} as const satisfies Record<Outcome, CircuitOutcome>;

export interface CircuitParts {
  readonly clock: Clock;
  readonly rotation: WindowRotation;
  readonly onChange: (change: CircuitChange) => void;
}

/**
 * A circuit breaker: closed → open → half-open → closed or open again, and no other way.
 *
 * opossum holds whether it has tripped, and the rolling counts. Until when it stays open is read from the injected clock:
 * opossum's own half-open state runs on the process's timers, admits more than one probe and closes at the first success.
 */
export class CircuitBreaker {
  private readonly opossum: OpossumCircuit;
  private readonly streak: FailureStreak;
  private readonly lease: ProbeLease;
  private readonly totals = { success: 0, failure: 0, saturated: 0, neutral: 0, refused: 0, stale: 0, opened: 0 };
  private generation = 0;
  private openUntilMs = 0;
  private probeSuccesses = 0;
  private announced: CircuitState = 'closed';

  constructor(
    readonly name: string,
    readonly options: CompiledCircuitOptions,
    private readonly parts: CircuitParts,
  ) {
    this.opossum = settledOpossum(name, options.openMs, parts.rotation);
    this.streak = new FailureStreak(options.failures, options.windowMs);
    this.lease = new ProbeLease(options.probeLeaseMs);
  }

  get state(): CircuitState {
    const state = this.stateAt(this.parts.clock.monotonicMs());
    this.announce(state);
    return state;
  }

  /** Asks for leave to make one call. While half-open one permit at a time is given: the probe's. */
  admit(): CircuitAdmission {
    const refusal = this.peek();
    if (refusal) {
      this.totals.refused += 1;
      return refusal;
    }
    if (this.state === 'half_open') {
      this.generation += 1;
      this.lease.take(this.parts.clock.monotonicMs());
    }
    return this.permit();
  }

  /** @throws AppError of the circuit's refusal code. */
  admitOrThrow(): CircuitPermit {
    const admission = this.admit();
    if (admission.admitted) return admission;
    throw this.refusalError(admission);
  }

  /** What {@link admit} would refuse with now; takes and counts nothing. */
  peek(): CircuitRefusal | undefined {
    const now = this.parts.clock.monotonicMs();
    const { state } = this;
    if (state === 'closed') return undefined;
    if (state === 'open') return { admitted: false, state, retryAfterMs: this.openUntilMs - now };
    const heldMs = this.lease.remainingMs(now);
    // A probe usually ends long before its lease: whoever comes back after a second may find the circuit closed.
    return heldMs > 0 ? { admitted: false, state, retryAfterMs: Math.min(heldMs, 1000) } : undefined;
  }

  /** Makes one call through the circuit and records how it ended. @throws as {@link admitOrThrow}, and what the work throws. */
  async run<T>(work: () => T | Promise<T>): Promise<T> {
    const permit = this.admitOrThrow();
    try {
      const result = await work();
      permit.record('success');
      return result;
    } catch (error) {
      permit.record(CIRCUIT_OUTCOME[outcomeOf(error)]);
      throw error;
    }
  }

  refusalError(refusal: CircuitRefusal): AppError {
    return new AppError(this.options.refusalCode, { retryAfterMs: refusal.retryAfterMs });
  }

  snapshot(): CircuitSnapshot {
    const now = this.parts.clock.monotonicMs();
    const { name, state, generation, probeSuccesses, totals } = this;
    const { successes, failures } = this.opossum.stats;
    return {
      name,
      state,
      generation,
      opensForMs: state === 'open' ? this.openUntilMs - now : 0,
      probing: state === 'half_open' && this.lease.remainingMs(now) > 0,
      failuresInARow: this.streak.length,
      probeSuccesses,
      totals: { ...totals },
      recent: { successes, failures },
    };
  }

  /** Takes it out of service: whoever still holds it is let through, and nothing is recorded any more. */
  shutdown(): void {
    this.opossum.shutdown();
  }
}
