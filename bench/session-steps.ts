import { inTurns, median, note, percentile, print, ratioOf, rounded } from './support/figures.js';
import { loadHttp } from './support/http-load.js';
import { megabytes, residentBytes } from './support/memory.js';
import type { SessionPeer } from './support/session-peer.js';
import { startSessionPeers } from './support/session-peers.js';
import { CALLS, startSessions, TEN_CALLS, type Sessions } from './support/sessions.js';

/**
 * Durable steps per second: answered calls of sessions of ten calls, twenty of them in flight, with an instant provider. DBOS
 * and Restate do the same as workflows of ten steps; DBOS on the same Postgres.
 */
const RUNS = 5;
const DURATION_MS = 5_000;
const WARM_UP_MS = 8_000;
const IN_FLIGHT = 20;

const sessions = await startSessions({ council: TEN_CALLS, maxConcurrency: 2 * IN_FLIGHT });
try {
  await sessions.completed(await sessions.create());
  const peers = await startSessionPeers(sessions);
  try {
    const latencies: Record<string, number[]> = { holdfast: [], dbos: [], restate: [] };
    const holdfast = () => loadSessions(sessions, DURATION_MS, latencies['holdfast']);
    const { dbos, restate } = peers;
    const contenders: Record<string, () => Promise<number>> = {
      ...(dbos && { dbos: () => loadPeer(dbos, DURATION_MS, latencies['dbos']) }),
      ...(restate && { restate: () => loadPeer(restate, DURATION_MS, latencies['restate']) }),
      holdfast,
    };
    note('warming up');
    if (dbos) await loadPeer(dbos, WARM_UP_MS);
    if (restate) await loadPeer(restate, WARM_UP_MS);
    await loadSessions(sessions, WARM_UP_MS);
    const figures = await inTurns(RUNS, contenders);
    const ours = figures['holdfast'] ?? [];
    const against = (peer: SessionPeer | undefined, name: string) =>
      peer && {
        name: peer.name,
        steps_per_second: rounded(median(figures[name] ?? [])),
        ...ratioOf(ours, figures[name] ?? []),
        p99_ms: rounded(Math.max(...(latencies[name] ?? []))),
        memory_mb: rounded(megabytes(residentBytes(peer.pid)), 0),
      };
    const overDbos = against(dbos, 'dbos');
    print({
      name: 'session-steps',
      ...(overDbos && { ratio: overDbos.ratio, baseline: overDbos.steps_per_second }),
      measured: rounded(median(ours)),
      unit: 'durable steps/s over those of DBOS',
      runs: RUNS,
      in_flight: IN_FLIGHT,
      p99_ms: rounded(Math.max(...(latencies['holdfast'] ?? []))),
      memory_mb: rounded(megabytes(residentBytes(sessions.server.pid)), 0),
      each: ours.map((value) => rounded(value, 0)),
      dbos: overDbos ?? null,
      restate: against(restate, 'restate') ?? null,
    });
  } finally {
    await peers.stop();
  }
} finally {
  await sessions.stop();
}

/** @returns steps per second; the 99th percentile of the time of a whole workflow is added to the list. */
async function loadPeer({ port, request }: SessionPeer, durationMs: number, p99s: number[] = []): Promise<number> {
  const result = await loadHttp({ port, connections: IN_FLIGHT, durationMs, request });
  if (result.failed > 0) throw new Error(`${result.failed} workflows failed: ${result.samples.join('\n')}`);
  p99s.push(percentile(result.latencies, 0.99));
  return result.perSecond * CALLS;
}

async function loadSessions({ create, completed }: Sessions, durationMs: number, p99s: number[] = []): Promise<number> {
  const startedMs = performance.now();
  const endMs = startedMs + durationMs;
  const times: number[] = [];
  const oneAfterAnother = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const beganMs = performance.now();
      await completed(await create());
      times.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, oneAfterAnother));
  p99s.push(percentile(Float64Array.from(times).sort(), 0.99));
  return (times.length * CALLS) / ((performance.now() - startedMs) / 1000);
}
