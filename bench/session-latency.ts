import { inTurns, median, note, print, ratioOf, rounded } from './support/figures.js';
import { loadHttp } from './support/http-load.js';
import type { SessionPeer } from './support/session-peer.js';
import { startSessionPeers } from './support/session-peers.js';
import { startSessions, TEN_CALLS } from './support/sessions.js';

/** One session of ten calls alone, from the request that makes it to its completion, over the same workflow of DBOS. */
const RUNS = 7;
const SESSIONS = 60;
const WARM_UPS = 400;

const sessions = await startSessions({ council: TEN_CALLS, maxConcurrency: 16 });
try {
  await sessions.completed(await sessions.create());
  const peers = await startSessionPeers(sessions);
  try {
    const { dbos, restate } = peers;
    const contenders: Record<string, (count?: number) => Promise<number>> = {
      ...(dbos && { dbos: (count?: number) => timePeer(dbos, count) }),
      ...(restate && { restate: (count?: number) => timePeer(restate, count) }),
      holdfast: timeSessions,
    };
    note('warming up');
    for (const contender of Object.values(contenders)) await contender(WARM_UPS);
    const figures = await inTurns(RUNS, contenders);
    const ours = figures['holdfast'] ?? [];
    const against = (peer: SessionPeer | undefined, name: string) =>
      peer && { name: peer.name, p50_ms: rounded(median(figures[name] ?? [])), ...ratioOf(ours, figures[name] ?? []) };
    const overDbos = against(dbos, 'dbos');
    print({
      name: 'session-latency',
      ...(overDbos && { ratio: overDbos.ratio, baseline: overDbos.p50_ms }),
      measured: rounded(median(ours)),
      unit: 'ms p50 of one session alone over that of DBOS',
      runs: RUNS,
      each_ms: ours.map((value) => rounded(value)),
      dbos: overDbos ?? null,
      restate: against(restate, 'restate') ?? null,
    });
  } finally {
    await peers.stop();
  }
} finally {
  await sessions.stop();
}

async function timeSessions(count = SESSIONS): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedMs = performance.now();
    await sessions.completed(await sessions.create());
    times.push(performance.now() - startedMs);
  }
  return median(times);
}

async function timePeer({ port, request }: SessionPeer, count = SESSIONS): Promise<number> {
  let left = count;
  const times: number[] = [];
  while (left > 0) {
    const { latencies, failed } = await loadHttp({ port, connections: 1, durationMs: 500, request });
    if (failed > 0) throw new Error('a workflow failed');
    times.push(...latencies.slice(0, left));
    left -= latencies.length;
  }
  return median(times);
}
