import { setTimeout as sleep } from 'node:timers/promises';
import { median, note, print, rounded } from './support/figures.js';
import { httpRequest, loadHttp } from './support/http-load.js';
import { megabytes, residentBytes } from './support/memory.js';
import { removeFolder, startServer, temporaryFolder } from './support/server.js';

/**
 * Resident size of the application's process when idle, and how it grows under 500 requests a second.
 * `npm run bench -- memory SECONDS`; 300 when left out. The first fifth of the time is left out of the slope: until then
 * the heap grows to the size that the load needs.
 */
const SECONDS = Number(process.argv[2] ?? 300);
const RATE = 500;
const IDLE_MS = 5_000;
const SAMPLE_MS = 1_000;

const folder = await temporaryFolder();
const server = await startServer(folder);
try {
  await sleep(IDLE_MS);
  const idle = megabytes(residentBytes(server.pid));
  note(`idle: ${rounded(idle)} MB`);
  const samples: [number, number][] = [];
  const startedMs = performance.now();
  const sampler = setInterval(() => {
    samples.push([(performance.now() - startedMs) / 60_000, megabytes(residentBytes(server.pid))]);
    if (samples.length % 30 === 0) note(`${samples.length} s: ${rounded(samples.at(-1)?.[1] ?? 0)} MB`);
  }, SAMPLE_MS);
  const headers = { authorization: `Bearer ${server.key}` };
  const result = await loadHttp({
    port: server.port,
    connections: 16,
    durationMs: SECONDS * 1_000,
    ratePerSecond: RATE,
    request: (n) => (n % 2 === 0 ? httpRequest('GET', '/v1/me', headers) : reconcile(n, headers)),
  });
  clearInterval(sampler);
  const settled = samples.slice(Math.floor(samples.length / 5));
  print({
    name: 'memory',
    measured: rounded(idle),
    unit: 'MB resident when idle',
    slope_mb_per_minute: rounded(slope(settled), 3),
    least_squares_mb_per_minute: rounded(leastSquares(settled), 3),
    under_load_mb: rounded(settled.at(-1)?.[1] ?? Number.NaN),
    requests_per_second: rounded(result.perSecond),
    failed: result.failed,
    seconds: SECONDS,
    runs: 1,
  });
} finally {
  await server.stop();
  await removeFolder(folder);
}

function reconcile(n: number, headers: Record<string, string>): string {
  const body = { install_id: `device-${String(n % 1000).padStart(6, '0')}`, feature: 'breakdown', local_count: n };
  return httpRequest('POST', '/v1/usage/reconcile', headers, JSON.stringify(body));
}

/**
 * Megabytes per minute: the median of the slopes between any two samples (Theil and Sen). A heap that V8 shrinks once and lets
 * grow again is no trend, and does not count as one.
 */
function slope(points: readonly (readonly [number, number])[]): number {
  return median(
    points.flatMap(([x, y], at) => points.slice(at + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x))),
  );
}

function leastSquares(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return above / below;
}
