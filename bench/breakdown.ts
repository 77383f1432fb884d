import { checkBreakdowns, checkCompletions, startBreakdowns, type Breakdowns } from './support/breakdowns.js';
import { alternate, median, note, percentile, print, rounded } from './support/figures.js';
import { loadHttp, type LoadResult } from './support/http-load.js';

/**
 * What a breakdown over HTTP adds to the provider's own time: the median latency through the server less that of the same
 * request sent straight to the same provider. With a provider that answers at once, and with one that takes its time: the
 * second leaves server and machine as idle as real providers do, and for that alone its figure is larger.
 */
const RUNS = 7;
const DURATION_MS = 2_000;
/** Long enough for V8 to compile the code: requests sent one at a time are few. */
const WARM_UP_MS = 8_000;
const IN_FLIGHT = [1, 32] as const;
const LATENCIES_MS = [0, 20] as const;

const rows: Added[] = [];
for (const latencyMs of LATENCIES_MS) {
  const breakdowns = await startBreakdowns({ latencyMs, maxConcurrency: Math.max(...IN_FLIGHT) });
  try {
    note(`warming up, provider latency ${latencyMs} ms`);
    await load(breakdowns, 'provider', Math.max(...IN_FLIGHT), DURATION_MS);
    await load(breakdowns, 'server', Math.max(...IN_FLIGHT), WARM_UP_MS);
    for (const inFlight of IN_FLIGHT) rows.push(await measure(breakdowns, latencyMs, inFlight));
  } finally {
    await breakdowns.stop();
  }
}
const alone = rows.filter(({ in_flight }) => in_flight === 1);
const main = alone.reduce((most, row) => (row.added_ms > most.added_ms ? row : most));
print({
  name: 'breakdown',
  measured: main.added_ms,
  baseline: main.direct_ms,
  unit: 'ms p50 added to the provider, one in flight, the larger of the two provider latencies',
  runs: RUNS,
  rows,
});

/** Medians over the runs. */
interface Added {
  readonly provider_latency_ms: number;
  readonly in_flight: number;
  readonly direct_ms: number;
  readonly through_ms: number;
  readonly added_ms: number;
  /** Of each run. */
  readonly added_each_ms: readonly number[];
}

async function measure(breakdowns: Breakdowns, latencyMs: number, inFlight: number): Promise<Added> {
  note(`provider latency ${latencyMs} ms, ${inFlight} in flight`);
  const pairs = await alternate(
    RUNS,
    () => load(breakdowns, 'provider', inFlight),
    () => load(breakdowns, 'server', inFlight),
  );
  const added = pairs.map(([direct, through]) => through - direct);
  return {
    provider_latency_ms: latencyMs,
    in_flight: inFlight,
    direct_ms: rounded(median(pairs.map(([direct]) => direct))),
    through_ms: rounded(median(pairs.map(([, through]) => through))),
    added_ms: rounded(median(added)),
    added_each_ms: added.map((ms) => rounded(ms)),
  };
}

/** @returns the median latency in milliseconds. */
async function load(
  breakdowns: Breakdowns,
  to: 'provider' | 'server',
  connections: number,
  durationMs = DURATION_MS,
): Promise<number> {
  const direct = breakdowns.providerRequest();
  const result: LoadResult = await loadHttp({
    port: breakdowns[to].port,
    connections,
    durationMs,
    request: to === 'server' ? breakdowns.request : () => direct,
  });
  const { latencies } = to === 'server' ? checkBreakdowns(result) : checkCompletions(result);
  return percentile(latencies, 0.5);
}
