import { AppError } from '../errors/app-error.js';
import { outcomeOf } from '../errors/outcome.js';
import type { Clock } from '../ports.js';
import {
  CIRCUIT_OUTCOME,
  noTotals,
  type CircuitAdmission,
  type CircuitChange,
  type CircuitOutcome,
  type CircuitPermit,
  type CircuitRefusal,
  type CircuitSnapshot,
  type CircuitState,
} from './circuit.js';
import type { CompiledCircuitOptions } from './circuit-options.js';
import { FailureStreak } from './failure-streak.js';
import { ProbeLease } from './probe-lease.js';
import { settledOpossum, type OpossumCircuit, type WindowRotation } from './settled-opossum.js';

/** The longest wait that a refusal during a probe asks for: a probe usually ends long before its lease does. */
const PROBE_RETRY_AFTER_MS = 1000;

export interface CircuitParts {
  readonly clock: Clock;
  readonly rotation: WindowRotation;
  readonly onChange: (change: CircuitChange) => void;
}

/**
 * A circuit breaker: closed → open → half-open → closed or open again, and no other way.
 *
 * opossum holds whether it has tripped, and the rolling counts. The injected clock decides how long it stays open:
 * opossum's own half-open state runs on the process's timers, admits more than one probe, and closes at one success.
 */
export class CircuitBreaker {
  private readonly opossum: OpossumCircuit;
  private readonly streak: FailureStreak;
  private readonly lease: ProbeLease;
  private readonly totals = noTotals();
  private generation = 0;
  private openUntilMs = -Infinity;
  private probeSuccesses = 0;
  private announced: CircuitState = 'closed';
  private askedAtMs = -Infinity;

  constructor(
    readonly name: string,
    readonly options: CompiledCircuitOptions,
    private readonly parts: CircuitParts,
  ) {
    this.opossum = settledOpossum(name, options.openMs, parts.rotation);
    this.streak = new FailureStreak(options.failures, options.windowMs);
    this.lease = new ProbeLease(options.probeLeaseMs);
  }

  /** When a caller last asked for a permit, in monotonic milliseconds. */
  get lastAskedMs(): number {
    return this.askedAtMs;
  }

  get state(): CircuitState {
    return this.stateAt(this.parts.clock.monotonicMs());
  }

  /** Asks for leave to make one call. While half-open there is one permit at a time: the probe's. */
  admit(): CircuitAdmission {
    const now = this.parts.clock.monotonicMs();
    this.askedAtMs = now;
    const refusal = this.refusalAt(now);
    if (refusal) {
      this.totals.refused += 1;
      return refusal;
    }
    const isProbe = this.stateAt(now) === 'half_open';
    if (isProbe) {
      // A new generation makes a probe whose lease has run out stale.
      this.generation += 1;
      this.lease.take(now);
    }
    return this.permit(this.generation, isProbe);
  }

  /** @throws AppError of the refusal code, with the time to wait. */
  admitOrThrow(): CircuitPermit {
    const admission = this.admit();
    if (admission.admitted) return admission;
    throw this.refusalError(admission);
  }

  /** What {@link admit} would refuse with now. Takes no permit and counts nothing. */
  peek(): CircuitRefusal | undefined {
    return this.refusalAt(this.parts.clock.monotonicMs());
  }

  refusalError(refusal: CircuitRefusal): AppError {
    return new AppError(this.options.refusalCode, { retryAfterMs: refusal.retryAfterMs });
  }

  /** Makes one call and records how it ended. @throws as {@link admitOrThrow}; what the work throws. */
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

  snapshot(): CircuitSnapshot {
    const now = this.parts.clock.monotonicMs();
    const state = this.stateAt(now);
    const { successes, failures } = this.opossum.stats;
    return {
      name: this.name,
      state,
      generation: this.generation,
      openForMs: state === 'open' ? this.openUntilMs - now : 0,
      probing: state === 'half_open' && this.lease.remainingMs(now) > 0,
      failuresInARow: this.streak.length,
      probeSuccesses: this.probeSuccesses,
      totals: { ...this.totals },
      recent: { successes, failures },
    };
  }

  /** Takes it out of service. It then admits every call of a caller that still holds it: calls go on during a shutdown. */
  shutdown(): void {
    this.opossum.shutdown();
  }

  private stateAt(nowMs: number): CircuitState {
    const tripped = !this.opossum.closed && !this.opossum.isShutdown;
    const state = !tripped ? 'closed' : nowMs < this.openUntilMs ? 'open' : 'half_open';
    this.announce(state);
    return state;
  }

  private refusalAt(nowMs: number): CircuitRefusal | undefined {
    const state = this.stateAt(nowMs);
    if (state === 'closed') return undefined;
    if (state === 'open') return { admitted: false, state, retryAfterMs: this.openUntilMs - nowMs };
    const heldMs = this.lease.remainingMs(nowMs);
    return heldMs > 0 ? { admitted: false, state, retryAfterMs: Math.min(heldMs, PROBE_RETRY_AFTER_MS) } : undefined;
  }

  private permit(generation: number, isProbe: boolean): CircuitPermit {
    let recorded = false;
    return {
      admitted: true,
      generation,
      isProbe,
      record: (outcome) => {
        if (recorded) return;
        recorded = true;
        this.record(generation, outcome);
      },
    };
  }

  private record(generation: number, outcome: CircuitOutcome): void {
    const now = this.parts.clock.monotonicMs();
    const state = this.stateAt(now);
    const live = generation === this.generation && (state === 'closed' || this.lease.remainingMs(now) > 0);
    this.totals[live ? outcome : 'stale'] += 1;
    if (!live || this.opossum.isShutdown) return;
    if (state === 'closed') this.recordCall(outcome, now);
    else this.recordProbe(outcome, now);
  }

  private recordCall(outcome: CircuitOutcome, nowMs: number): void {
    if (outcome !== 'success' && outcome !== 'failure') return;
    this.opossum.fire(outcome).catch(() => undefined);
    if (outcome === 'success') this.streak.end();
    else if (this.streak.add(nowMs)) this.trip(nowMs);
  }

  private recordProbe(outcome: CircuitOutcome, nowMs: number): void {
    this.lease.giveBack();
    if (outcome === 'failure') return this.trip(nowMs);
    if (outcome !== 'success') return;
    this.probeSuccesses += 1;
    if (this.probeSuccesses >= this.options.successes) this.reset();
  }

  private trip(nowMs: number): void {
    this.opossum.open();
    this.openUntilMs = nowMs + this.options.openMs;
    this.totals.opened += 1;
    this.begin('open');
  }

  private reset(): void {
    this.opossum.close();
    this.begin('closed');
  }

  /** Calls that were admitted before become stale: their outcomes must not decide about the new state. */
  private begin(state: CircuitState): void {
    this.generation += 1;
    this.probeSuccesses = 0;
    this.streak.end();
    this.announce(state);
  }

  private announce(to: CircuitState): void {
    const from = this.announced;
    if (from === to || this.opossum.isShutdown) return;
    this.announced = to;
    this.parts.onChange({ name: this.name, from, to });
  }
}
