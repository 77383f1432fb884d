import { inTurns, median, note, percentile, print, ratioOf, rounded } from './support/figures.js';
import { startGateways, WAYS } from './support/gateways.js';

/**
 * What a gateway adds to the median time of a completion, one request at a time, over the provider called directly: ours, which
 * authenticates and charges, over Portkey's. Whole answers and streams; the greater ratio is the result.
 */
const RUNS = 9;
const LOAD = { connections: 1, durationMs: 2_000 };

const gateways = await startGateways({ maxConcurrency: 4, quota: false });
try {
  const measure = async (stream: boolean) => {
    const medianOf = (way: (typeof WAYS)[number]) => async () =>
      percentile((await gateways.load(way, stream, LOAD)).latencies, 0.5);
    const contenders = { direct: medianOf('direct'), portkey: medianOf('portkey'), holdfast: medianOf('holdfast') };
    note(stream ? 'streams: warming up' : 'whole answers: warming up');
    for (const warm of Object.values(contenders)) await warm();
    const { direct, portkey, holdfast } = await inTurns(RUNS, contenders);
    const added = (values: readonly number[]) => values.map((value, run) => value - (direct[run] ?? Number.NaN));
    const figures = { portkey: added(portkey), holdfast: added(holdfast) };
    return {
      ...ratioOf(figures.holdfast, figures.portkey),
      baseline: rounded(median(figures.portkey), 3),
      measured: rounded(median(figures.holdfast), 3),
      direct: rounded(median(direct), 3),
    };
  };
  const whole = await measure(false);
  const streamed = await measure(true);
  print({
    name: 'gateway-latency',
    ratio: Math.max(whole.ratio, streamed.ratio),
    baseline: whole.baseline,
    measured: whole.measured,
    unit: 'ms added to the median; the greater ratio of whole and streamed',
    runs: RUNS,
    whole,
    streamed,
    peer: `@portkey-ai/gateway ${gateways.portkeyVersion}`,
  });
} finally {
  await gateways.stop();
}
