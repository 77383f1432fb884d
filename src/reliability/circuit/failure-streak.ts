/** Failures in a row, no further apart than a window. A share of failing calls is what retries are for. */
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
