import { checkBreakdowns, checkCompletions, startBreakdowns } from './support/breakdowns.js';
import { compare, note, percentile, print, rounded } from './support/figures.js';
import { loadHttp, type LoadResult } from './support/http-load.js';
import { megabytes, residentBytes } from './support/memory.js';
import { startPortkey } from './support/portkey.js';

/**
 * Breakdowns per second with an instant provider, 50 in flight, over requests per second through Portkey's gateway, which
 * passes the same request on to the same provider: without authentication, charge, or a look at the answer.
 */
const RUNS = 7;
const DURATION_MS = 4_000;
const IN_FLIGHT = 50;

const breakdowns = await startBreakdowns({ latencyMs: 0, maxConcurrency: IN_FLIGHT });
try {
  const portkey = await startPortkey(breakdowns.folder);
  try {
    const latencies: Record<'portkey' | 'holdfast', number[]> = { portkey: [], holdfast: [] };
    const load = async (
      who: keyof typeof latencies,
      port: number,
      request: () => string,
      check: (result: LoadResult) => LoadResult,
    ): Promise<number> => {
      const connections = IN_FLIGHT;
      const result = check(await loadHttp({ port, connections, durationMs: DURATION_MS, request }));
      latencies[who].push(percentile(result.latencies, 0.99));
      return result.perSecond;
    };
    const throughPortkey = breakdowns.providerRequest(portkey.headersFor(breakdowns.provider.port));
    const baseline = () => load('portkey', portkey.port, () => throughPortkey, checkCompletions);
    const subject = () => load('holdfast', breakdowns.server.port, breakdowns.request, checkBreakdowns);
    note('warming up');
    await baseline();
    await subject();
    const figures = await compare(RUNS, baseline, subject);
    print({
      name: 'breakdown-throughput',
      ...figures,
      unit: 'breakdowns/s over requests/s through the gateway',
      runs: RUNS,
      in_flight: IN_FLIGHT,
      peer: `@portkey-ai/gateway ${portkey.version}`,
      p99_ms: rounded(Math.max(...latencies.holdfast)),
      peer_p99_ms: rounded(Math.max(...latencies.portkey)),
      memory_mb: rounded(megabytes(residentBytes(breakdowns.server.pid)), 0),
      peer_memory_mb: rounded(megabytes(residentBytes(portkey.pid)), 0),
    });
  } finally {
    await portkey.stop();
  }
} finally {
  await breakdowns.stop();
}
