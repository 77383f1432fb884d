import { setTimeout as sleep } from 'node:timers/promises';
import { note, percentile, print, rounded } from './support/figures.js';
import { removeFolder, startReplica, temporaryFolder } from './support/server.js';
import { StreamCrowd } from './support/stream-crowd.js';
import { startStreamServer } from './support/stream-sessions.js';
import { undoneOnFailure } from './support/undo.js';

/**
 * From an event's timestamp, which is taken before its commit, to its arrival at each client: 100 sessions with 10 clients each,
 * on the replica that writes and on another one. `npm run bench -- stream-latency SECONDS RATE`
 */
const SECONDS = Number(process.argv[2] ?? 20);
/** Events a second, over all sessions. */
const RATE = Number(process.argv[3] ?? 50);
const SESSIONS = 100;
const CLIENTS = 10;
const WARM_UP_MS = 2_000;

const TIMESTAMP = /"timestamp":"([^"]+)"/g;

const folder = await temporaryFolder();
try {
  await undoneOnFailure(async (undo) => {
    const server = await startStreamServer(folder);
    undo.add(() => server.stop());
    const replica = await startReplica(`${folder}/replica.output`, {
      HOLDFAST_ROLE: 'api',
      LOG_LEVEL: 'warn',
      DATABASE_URL: server.databaseUrl,
      HOLDFAST_DATA_DIR: server.dataDir,
    });
    undo.add(() => replica.stop());
    const ids: string[] = [];
    for (let at = 0; at < SESSIONS; at++) ids.push(await server.paused());
    const one = await follow(server.port);
    const two = await follow(replica.port);
    undo.add(async () => [...one.crowds, ...two.crowds].forEach((crowd) => crowd.close()));
    await drive(WARM_UP_MS);
    for (const side of [one, two]) side.waits.length = 0;
    await drive(SECONDS * 1_000);
    await sleep(1_000);
    const [here, there] = [one, two].map(({ waits }) => figuresOf(waits));
    print({
      name: 'stream-latency',
      measured: here?.p50 ?? Number.NaN,
      unit: 'ms from the timestamp to the arrival, p50',
      one_replica: here,
      two_replicas: there,
      sessions: SESSIONS,
      clients: CLIENTS,
      events_per_second: RATE,
      runs: 1,
    });
    await undo.run();

    async function follow(port: number): Promise<{ crowds: StreamCrowd[]; waits: number[] }> {
      const waits: number[] = [];
      const crowds: StreamCrowd[] = [];
      for (const id of ids) {
        const crowd = new StreamCrowd();
        crowd.listen((chunk) => {
          const now = performance.timeOrigin + performance.now();
          for (const [, at = ''] of chunk.toString('latin1').matchAll(TIMESTAMP)) waits.push(now - Date.parse(at));
        });
        const headers = { authorization: `Bearer ${server.key}` };
        await crowd.grow({ port, path: `/v1/sessions/${id}/stream`, headers, size: CLIENTS });
        crowds.push(crowd);
      }
      return { crowds, waits };
    }

    async function drive(ms: number): Promise<void> {
      const startMs = performance.now();
      const pending: Promise<void>[] = [];
      for (let sent = 0; performance.now() - startMs < ms; sent++) {
        const dueMs = startMs + (sent / RATE) * 1_000;
        if (dueMs > performance.now()) await sleep(dueMs - performance.now());
        pending.push(server.toggle(ids[sent % SESSIONS] ?? ''));
      }
      await Promise.all(pending);
      note(`${pending.length} events`);
    }
  });
} finally {
  await removeFolder(folder);
}

function figuresOf(waits: readonly number[]): { p50: number; p99: number; arrivals: number } {
  const sorted = Float64Array.from(waits).sort();
  return {
    p50: rounded(percentile(sorted, 0.5)),
    p99: rounded(percentile(sorted, 0.99)),
    arrivals: sorted.length,
  };
}
