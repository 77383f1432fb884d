import { inTurns, median, note, percentile, print, ratioOf, rounded } from './support/figures.js';
import { startGateways } from './support/gateways.js';
import { megabytes, residentBytes } from './support/memory.js';

/**
 * Chat completions per second with an instant provider, 50 in flight, over those through Portkey's gateway, which neither
 * authenticates nor charges nor looks at the answer; whole answers and streams. The lesser ratio is the result.
 */
const RUNS = 7;
const LOAD = { connections: 50, durationMs: 4_000 };

const gateways = await startGateways({ maxConcurrency: LOAD.connections, quota: true });
try {
  const p99: Record<string, number[]> = {};
  const contender = (way: 'portkey' | 'holdfast', stream: boolean) => async (): Promise<number> => {
    const { perSecond, latencies } = await gateways.load(way, stream, LOAD);
    (p99[`${way} ${stream}`] ??= []).push(percentile(latencies, 0.99));
    return perSecond;
  };
  const contenders = {
    portkey: contender('portkey', false),
    holdfast: contender('holdfast', false),
    portkeyStream: contender('portkey', true),
    holdfastStream: contender('holdfast', true),
  };
  note('warming up');
  for (const warm of Object.values(contenders)) await warm();
  const figures = await inTurns(RUNS, contenders);
  const whole = ratioOf(figures.holdfast, figures.portkey);
  const streamed = ratioOf(figures.holdfastStream, figures.portkeyStream);
  print({
    name: 'gateway-throughput',
    ratio: Math.min(whole.ratio, streamed.ratio),
    baseline: rounded(median(figures.portkey)),
    measured: rounded(median(figures.holdfast)),
    unit: 'completions/s over those through the gateway; the lesser of whole and streamed',
    runs: RUNS,
    whole,
    streamed: {
      ...streamed,
      baseline: rounded(median(figures.portkeyStream)),
      measured: rounded(median(figures.holdfastStream)),
    },
    in_flight: LOAD.connections,
    peer: `@portkey-ai/gateway ${gateways.portkeyVersion}`,
    p99_ms: Object.fromEntries(Object.entries(p99).map(([name, values]) => [name, rounded(median(values))])),
    memory_mb: rounded(megabytes(residentBytes(gateways.pids.holdfast)), 0),
    peer_memory_mb: rounded(megabytes(residentBytes(gateways.pids.portkey)), 0),
  });
} finally {
  await gateways.stop();
}
