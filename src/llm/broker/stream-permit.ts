import type { CircuitOutcome, CircuitPermit } from '../../reliability/circuit/circuit.js';
import type { Clock } from '../../reliability/ports.js';
import type { Route } from './route.js';

/** So long a stream has to flow before its provider counts as well again, milliseconds: one that dies midway often spoke first. */
const PROOF_MS = 10_000;

/** Leave to make one call that is heard while it lasts. As a probe it may take minutes, which must not keep all others out. */
export class StreamPermit {
  private firstMs: number | undefined;

  constructor(
    private readonly route: Route,
    private permit: CircuitPermit,
    private readonly clock: Clock,
  ) {}

  /** The answer has said something. */
  said(): void {
    if (!this.permit.isProbe) return;
    const nowMs = this.clock.monotonicMs();
    this.firstMs ??= nowMs;
    if (nowMs - this.firstMs >= PROOF_MS) this.permit = this.route.proven(this.permit);
  }

  record(outcome: CircuitOutcome): void {
    this.permit.record(outcome);
  }
}
