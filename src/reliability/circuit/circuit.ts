import type { Outcome } from '../errors/outcome.js';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** How a call ended, for its circuit. `saturated` (429) and `neutral` (cancelled, unknown) neither open nor close it. */
export type CircuitOutcome = 'success' | 'failure' | 'saturated' | 'neutral';

/** How a circuit counts each outcome of a call. */
export const CIRCUIT_OUTCOME = {
  success: 'success',
  failure: 'failure',
  saturated: 'saturated',
  cancelled: 'neutral',
} as const satisfies Record<Outcome, CircuitOutcome>;

export interface CircuitChange {
  readonly name: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
}

/** Leave to make one call. Record its outcome, once: a second record counts for nothing. */
export interface CircuitPermit {
  readonly admitted: true;
  /** The circuit's generation when it admitted the call; once that has passed, the recorded outcome counts for nothing. */
  readonly generation: number;
  /** While a probe is under way, the circuit admits no other call. */
  readonly isProbe: boolean;
  record(outcome: CircuitOutcome): void;
}

export interface CircuitRefusal {
  readonly admitted: false;
  readonly state: Exclude<CircuitState, 'closed'>;
  /** When to ask again, in milliseconds. */
  readonly retryAfterMs: number;
}

export type CircuitAdmission = CircuitPermit | CircuitRefusal;

/** `stale` outcomes came from permits of an older generation. */
export type CircuitTotals = Record<CircuitOutcome | 'refused' | 'stale' | 'opened', number>;

export const noTotals = (): CircuitTotals => ({
  success: 0,
  failure: 0,
  saturated: 0,
  neutral: 0,
  refused: 0,
  stale: 0,
  opened: 0,
});

export interface CircuitSnapshot {
  readonly name: string;
  readonly state: CircuitState;
  readonly generation: number;
  /** Milliseconds until a probe may try; 0 unless open. */
  readonly openForMs: number;
  /** Whether a probe is out. */
  readonly probing: boolean;
  readonly failuresInARow: number;
  readonly probeSuccesses: number;
  /** Since the circuit was made. */
  readonly totals: Readonly<CircuitTotals>;
  /** Outcomes of the last minute, probes left out. */
  readonly recent: Readonly<Record<'successes' | 'failures', number>>;
}
