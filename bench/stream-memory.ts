import { setTimeout as sleep } from 'node:timers/promises';
import { BETTER_SSE, installBetterSse, startBetterSse } from './support/better-sse.js';
import { compare, print, rounded } from './support/figures.js';
import { residentBytes } from './support/memory.js';
import { removeFolder, temporaryFolder } from './support/server.js';
import { StreamCrowd, type CrowdOptions } from './support/stream-crowd.js';
import { startStreamServer } from './support/stream-sessions.js';

/** What an idle connection costs a server's process, over what it costs one with better-sse. `-- stream-memory CLIENTS RUNS` */
const CLIENTS = Number(process.argv[2] ?? 5_000);
const RUNS = Number(process.argv[3] ?? 1);
/** The first connections also pay for what all share. */
const WARM_UP = 300;
const SETTLE_MS = 4_000;

const folder = await temporaryFolder();
try {
  await installBetterSse(folder);
  const figures = await compare(
    RUNS,
    async () => {
      const peer = await startBetterSse(folder);
      return bytesPerClient(peer, { port: peer.port, path: '/stream', size: 0 });
    },
    async () => {
      const server = await startStreamServer(folder);
      const id = await server.paused();
      const headers = { authorization: `Bearer ${server.key}` };
      return bytesPerClient(server, { port: server.port, path: `/v1/sessions/${id}/stream`, headers, size: 0 });
    },
  );
  print({
    name: 'stream-memory',
    ...figures,
    unit: 'bytes per idle connection',
    peer: BETTER_SSE,
    clients: CLIENTS,
    runs: RUNS,
  });
} finally {
  await removeFolder(folder);
}

async function bytesPerClient(server: { pid: number; stop(): Promise<void> }, options: CrowdOptions): Promise<number> {
  const crowd = await StreamCrowd.open({ ...options, size: WARM_UP });
  try {
    await sleep(SETTLE_MS);
    const before = residentBytes(server.pid);
    await crowd.grow({ ...options, size: CLIENTS });
    await sleep(SETTLE_MS);
    return rounded((residentBytes(server.pid) - before) / CLIENTS, 0);
  } finally {
    crowd.close();
    await server.stop();
  }
}
