import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { median, note, print, rounded } from './support/figures.js';
import { oneProvider } from './support/provider-settings.js';
import { startReplica, type BenchProgram } from './support/server.js';
import { startSessions } from './support/sessions.js';

/**
 * How long a session stands still when its worker goes: from kill -9 to the next event, and from the release of a worker that
 * was told to go (SIGTERM) to the next event elsewhere. One call of the provider is in both figures.
 */
const KILLS = 5;
const RELEASES = 9;
const PROVIDER_MS = 20;
const LOOK_MS = 1;
/** Events that the first worker is to have written before it goes. */
const BEFORE = 8;
/** A commit that was under way at the kill may still become visible. */
const LAST_COMMIT_MS = 100;

const council = { seats: 5, max_rounds: 6, agreed: false };
const sessions = await startSessions({
  council,
  latencyMs: PROVIDER_MS,
  maxConcurrency: 16,
  settings: { HOLDFAST_ROLE: 'api' },
});
const database = new Client(sessions.databaseUrl);
try {
  await database.connect();
  const kills: number[] = [];
  for (let run = 1; run <= KILLS; run++) kills.push(await handOver(`kill-${run}`, killed));
  note(`kill -9: ${kills.map((ms) => rounded(ms, 0)).join(', ')} ms`);
  const releases: number[] = [];
  for (let run = 1; run <= RELEASES; run++) releases.push(await handOver(`release-${run}`, released));
  note(`SIGTERM: ${releases.map((ms) => rounded(ms, 0)).join(', ')} ms`);
  print({
    name: 'session-takeover',
    measured: rounded(median(kills) / 1000),
    unit: 's from kill -9 of the worker to the next event',
    worst_s: rounded(Math.max(...kills) / 1000),
    release_s: rounded(median(releases) / 1000, 3),
    release_worst_s: rounded(Math.max(...releases) / 1000, 3),
    provider_ms: PROVIDER_MS,
    runs: KILLS,
    releases: RELEASES,
  });
} finally {
  await database.end();
  await sessions.stop();
}

interface Standing {
  readonly last_sequence: number;
  readonly fence: number;
  readonly state: string;
}

/** Has one worker begin a session and go, with another one at hand. @returns milliseconds. */
async function handOver(name: string, go: (worker: BenchProgram, id: string) => Promise<number>): Promise<number> {
  const settings = {
    ...oneProvider(sessions.provider.port, 'council-1', 16),
    HOLDFAST_ROLE: 'worker',
    HOLDFAST_DATA_DIR: join(sessions.folder, 'workers'),
    DATABASE_URL: sessions.databaseUrl,
  };
  const first = await startReplica(join(sessions.folder, `${name}-first`), settings);
  const second = await startReplica(join(sessions.folder, `${name}-second`), settings);
  try {
    process.kill(second.pid, 'SIGSTOP');
    const id = await sessions.create();
    await until(id, ({ last_sequence }) => last_sequence >= BEFORE);
    process.kill(second.pid, 'SIGCONT');
    const ms = await go(first, id);
    await sessions.completed(id);
    return ms;
  } finally {
    await first.stop();
    await second.stop();
  }
}

async function killed(worker: BenchProgram, id: string): Promise<number> {
  const startedMs = performance.now();
  process.kill(worker.pid, 'SIGKILL');
  await sleep(LAST_COMMIT_MS);
  const { last_sequence: last } = await standing(id);
  await until(id, ({ last_sequence }) => last_sequence > last);
  return performance.now() - startedMs;
}

async function released(worker: BenchProgram, id: string): Promise<number> {
  const { fence: held } = await standing(id);
  process.kill(worker.pid, 'SIGTERM');
  // The other worker may have it already when we look.
  const { last_sequence: last } = await until(id, ({ state, fence }) => state === 'queued' || fence > held);
  const startedMs = performance.now();
  await until(id, ({ last_sequence }) => last_sequence > last);
  return performance.now() - startedMs;
}

async function until(id: string, isReached: (standing: Standing) => boolean): Promise<Standing> {
  for (;;) {
    const now = await standing(id);
    if (isReached(now)) return now;
    await sleep(LOOK_MS);
  }
}

async function standing(id: string): Promise<Standing> {
  const { rows } = await database.query<Standing>({
    name: 'standing',
    text: `SELECT s.last_sequence, s.fence, r.state FROM sessions s JOIN system.runs r ON r.session_id = s.id WHERE s.id = $1`,
    values: [id],
  });
  const [row] = rows;
  if (!row) throw new Error('there is no such session');
  return row;
}
