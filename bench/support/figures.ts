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

/** Runs them in turn, so that a machine that grows slower does so for all. @returns the figures of each, run by run. */
export async function inTurns<Name extends string>(
  runs: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 1; run <= runs; run++) {
    for (const name of names) figures[name].push(await contenders[name]());
    note(`run ${run}: ${names.map((name) => `${name} ${rounded(figures[name].at(-1) ?? Number.NaN)}`).join(', ')}`);
  }
  return figures;
}

/** The measured figures over those of a baseline: the ratio of each run, and their median. */
export function ratioOf(measured: readonly number[], baseline: readonly number[]): { ratio: number; ratios: number[] } {
  const ratios = measured.map((value, run) => value / (baseline[run] ?? Number.NaN));
  return { ratio: rounded(median(ratios)), ratios: ratios.map((ratio) => rounded(ratio)) };
}

/** Runs baseline and subject in turn. */
export async function alternate(
  runs: number,
  baseline: () => Promise<number>,
  subject: () => Promise<number>,
): Promise<readonly (readonly [baseline: number, measured: number])[]> {
  const { baseline: base, measured } = await inTurns(runs, { baseline, measured: subject });
  return base.map((value, run) => [value, measured[run] ?? Number.NaN]);
}

/** What {@link alternate} gives, in medians. */
export async function compare(
  runs: number,
  baseline: () => Promise<number>,
  subject: () => Promise<number>,
): Promise<{ ratio: number; baseline: number; measured: number; ratios: number[] }> {
  const { baseline: base, measured } = await inTurns(runs, { baseline, measured: subject });
  return { ...ratioOf(measured, base), baseline: rounded(median(base)), measured: rounded(median(measured)) };
}
