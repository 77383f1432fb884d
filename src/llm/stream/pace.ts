/** The first gaps, from which a stream's usual speed is measured. */
const GAPS_OF_BEGINNING = 5;

/** The gaps between pieces of one packet. */
const NO_GAPS: readonly number[] = Array.from({ length: GAPS_OF_BEGINNING }, () => 0);

/** A stream is slow from so many times its first gaps on. Honest models vary by a fraction of this. */
const FACTOR = 8;

/** No gap below this is slow, milliseconds. */
const LEAST_SLOW_MS = 200;

/**
 * Tells a stream that has fallen to a drip from one that is slow by nature: the measure is its own beginning. One that was slow
 * from its first token on stays untouched.
 */
export class Pace {
  private readonly beginning: number[] = [];
  /** No gap up to this is slow, milliseconds; known when the beginning is over. */
  private usualMs = 0;
  private slowMs = 0;
  /** The most pieces that one read of the beginning has brought. */
  private burst = 1;

  /** @param patienceMs how long it may drip without a break. */
  constructor(private readonly patienceMs: number) {}

  /** The first read has brought so many pieces. */
  begin(pieces: number): void {
    this.burst = pieces;
    this.note(NO_GAPS.slice(0, pieces - 1));
  }

  /**
   * @param gapMs since the read before.
   * @param pieces that this read has brought.
   * @returns whether it has dripped for too long.
   */
  isDripping(gapMs: number, pieces: number): boolean {
    if (this.usualMs === 0) {
      this.burst = Math.max(this.burst, pieces);
      this.note([gapMs, ...NO_GAPS].slice(0, pieces));
      return false;
    }
    const isSlow = gapMs / pieces > this.usualMs && !this.isBurst(pieces);
    this.slowMs = isSlow ? this.slowMs + gapMs : 0;
    return this.slowMs >= this.patienceMs;
  }

  /** Behind a proxy that gathers what it passes on, a stream comes in bursts from its beginning to its end; a drip has none. */
  private isBurst(pieces: number): boolean {
    return this.burst > 1 && pieces > 1 && pieces * 2 >= this.burst;
  }

  private note(gaps: readonly number[]): void {
    const { beginning } = this;
    beginning.push(...gaps.slice(0, GAPS_OF_BEGINNING - beginning.length));
    if (beginning.length < GAPS_OF_BEGINNING) return;
    const median = beginning.toSorted((a, b) => a - b)[GAPS_OF_BEGINNING >> 1] ?? 0;
    this.usualMs = Math.max(LEAST_SLOW_MS, FACTOR * median);
  }
}
