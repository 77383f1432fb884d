import { callApi } from './support/api.js';
import { checkBreakdowns, startBreakdowns } from './support/breakdowns.js';
import { inTurns, median, percentile, print, ratioOf, rounded } from './support/figures.js';
import { loadHttp } from './support/http-load.js';

/**
 * The 99th percentile of one tenant's breakdowns, one at a time, while another tenant has three times as many in flight as the
 * provider has places, over the same without that tenant.
 */
const RUNS = 5;
const DURATION_MS = 10_000;
const LATENCY_MS = 100;
const PLACES = 16;
const GREEDY_IN_FLIGHT = 48;

const breakdowns = await startBreakdowns({ latencyMs: LATENCY_MS, maxConcurrency: PLACES });
try {
  const { server } = breakdowns;
  const { port } = server;
  const tenant = await callApi(port, server.key, 'POST', '/v1/tenants', { name: 'the greedy one' });
  const greedyRequest = () => breakdowns.requestAs(String(tenant['api_key']));
  const medians: Record<'alone' | 'beside', number[]> = { alone: [], beside: [] };
  const single = async (name: keyof typeof medians): Promise<number> => {
    const load = { port, connections: 1, durationMs: DURATION_MS, request: breakdowns.request };
    const { latencies } = checkBreakdowns(await loadHttp(load));
    medians[name].push(percentile(latencies, 0.5));
    return percentile(latencies, 0.99);
  };
  const beside = async (): Promise<number> => {
    const load = { port, connections: GREEDY_IN_FLIGHT, durationMs: DURATION_MS, request: greedyRequest };
    const [p99, greedy] = await Promise.all([single('beside'), loadHttp(load)]);
    checkBreakdowns(greedy);
    return p99;
  };
  const figures = await inTurns(RUNS, { alone: () => single('alone'), beside });
  print({
    name: 'gateway-fairness',
    ...ratioOf(figures.beside, figures.alone),
    baseline: rounded(median(figures.alone)),
    measured: rounded(median(figures.beside)),
    unit: 'ms at the 99th percentile, beside a greedy tenant over alone',
    runs: RUNS,
    p50_ratio: ratioOf(medians.beside, medians.alone).ratio,
    greedy_in_flight: GREEDY_IN_FLIGHT,
    places: PLACES,
  });
} finally {
  await breakdowns.stop();
}
