/** Failures in a row, within a window. It measures no failure rate: where only a share of calls fails, retries help. */
export class FailureStreak {
  private timesMs: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  get length(): number {
    return this.timesMs.length;
  }

  /** @returns whether the limit is reached. */
  add(nowMs: number): boolean {
    this.timesMs = this.timesMs.filter((timeMs) => nowMs - timeMs < this.windowMs);
    this.timesMs.push(nowMs);
    return this.timesMs.length >= this.limit;
  }

  end(): void {
    if (this.timesMs.length > 0) this.timesMs = [];
  }
}
