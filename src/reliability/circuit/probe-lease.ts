/** Lets one probe run at a time, and not for ever: a probe that never ends must not keep a circuit half-open. */
export class ProbeLease {
  private expiresAtMs = -Infinity;

  constructor(private readonly leaseMs: number) {}

  take(nowMs: number): void {
    this.expiresAtMs = nowMs + this.leaseMs;
  }

  giveBack(): void {
    this.expiresAtMs = -Infinity;
  }

  /** Milliseconds left; 0 when no probe holds it. */
  remainingMs(nowMs: number): number {
    return Math.max(0, this.expiresAtMs - nowMs);
  }
}
