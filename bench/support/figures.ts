export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which the share `p` of the sorted values lies. */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** What a benchmark prints: one line of JSON. Rates and times are medians over the runs. */
export interface Report {
  name: string;
  /** Median of the ratios of each run; undefined where the reach is an absolute figure. */
  ratio?: number;
  baseline?: number;
  measured: number;
  unit: string;
  runs: number;
  [detail: string]: unknown;
}

export function print(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** Progress goes to stderr: stdout holds the report alone. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs baseline and subject in turn, so that a machine that grows slower does so for both. */
export async function compare(
  runs: number,
  baseline: () => Promise<number>,
  subject: () => Promise<number>,
): Promise<{ ratio: number; baseline: number; measured: number; ratios: number[] }> {
  const pairs: [number, number][] = [];
  for (let run = 1; run <= runs; run++) {
    const pair: [number, number] = [await baseline(), await subject()];
    pairs.push(pair);
    note(`run ${run}: baseline ${rounded(pair[0])}, measured ${rounded(pair[1])}, ratio ${rounded(pair[1] / pair[0])}`);
  }
  const ratios = pairs.map(([base, measured]) => measured / base);
  return {
    ratio: rounded(median(ratios)),
    baseline: rounded(median(pairs.map(([base]) => base))),
    measured: rounded(median(pairs.map(([, measured]) => measured))),
    ratios: ratios.map((ratio) => rounded(ratio)),
  };
}
