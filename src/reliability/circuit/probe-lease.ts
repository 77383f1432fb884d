/** Who may probe: one at a time, and not for ever, so that a probe that never ends cannot keep a circuit half-open. */
export class ProbeLease {
  private expiresAtMs = -Infinity;

  constructor(private readonly leaseMs: number) {}

  take(nowMs: number): void {
    this.expiresAtMs = nowMs + this.leaseMs;
  }

  giveBack(): void {
    this.expiresAtMs = -Infinity;
  }

  /** Milliseconds left; 0 when nobody holds it. */
  remainingMs(nowMs: number): number {
    return Math.max(0, this.expiresAtMs - nowMs);
  }
}
