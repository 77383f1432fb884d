import { callApi } from './support/api.js';
import { checkBreakdowns, startBreakdowns } from './support/breakdowns.js';
import { inTurns, percentile, print, ratioOf, rounded } from './support/figures.js';
import { loadHttp } from './support/http-load.js';

/**
 * The 99th percentile of one tenant's breakdowns, one at a time, while another tenant has three times as many in flight as the
 * provider has places, over the same without that tenant. Taken over all runs together: one run has a hundred requests, so its
 * own 99th percentile would be its slowest one.
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
  const all: Record<'alone' | 'beside', number[]> = { alone: [], beside: [] };
  const single = async (name: keyof typeof all): Promise<number> => {
    const load = { port, connections: 1, durationMs: DURATION_MS, request: breakdowns.request };
    const { latencies } = checkBreakdowns(await loadHttp(load));
    all[name].push(...latencies);
    return percentile(latencies, 0.5);
  };
  const beside = async (): Promise<number> => {
    const load = { port, connections: GREEDY_IN_FLIGHT, durationMs: DURATION_MS, request: greedyRequest };
    const [p50, greedy] = await Promise.all([single('beside'), loadHttp(load)]);
    checkBreakdowns(greedy);
    return p50;
  };
  const medians = await inTurns(RUNS, { alone: () => single('alone'), beside });
  const p99Of = (name: keyof typeof all) => percentile(Float64Array.from(all[name]).sort(), 0.99);
  const [alone, measured] = [p99Of('alone'), p99Of('beside')];
  print({
    name: 'gateway-fairness',
    ratio: rounded(measured / alone),
    baseline: rounded(alone),
    measured: rounded(measured),
    unit: 'ms at the 99th percentile of all runs, beside a greedy tenant over alone',
    runs: RUNS,
    requests: { alone: all.alone.length, beside: all.beside.length },
    p50_ratio: ratioOf(medians.beside, medians.alone).ratio,
    greedy_in_flight: GREEDY_IN_FLIGHT,
    places: PLACES,
  });
} finally {
  await breakdowns.stop();
}
