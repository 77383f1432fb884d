import type { CircuitOutcome, CircuitPermit } from '../../reliability/circuit/circuit.js';
import type { Clock } from '../../reliability/ports.js';
import type { Route } from './route.js';

/** How long a stream must flow before its probe has succeeded, milliseconds: a provider that dies midway often spoke first. */
const PROOF_MS = 10_000;

/** The circuit's permit for one call. A streamed probe may take minutes, and must not keep all other calls out that long. */
export class StreamPermit {
  private firstMs: number | undefined;

  constructor(
    private readonly route: Route,
    private permit: CircuitPermit,
    private readonly clock: Clock,
  ) {}

  /** A piece with content has come. */
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
