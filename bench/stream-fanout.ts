import { BETTER_SSE, installBetterSse, startBetterSse } from './support/better-sse.js';
import { processorMs } from './support/cpu.js';
import { compare, print, rounded } from './support/figures.js';
import { removeFolder, temporaryFolder } from './support/server.js';
import { StreamCrowd } from './support/stream-crowd.js';
import { startStreamServer } from './support/stream-sessions.js';
import { undoneOnFailure } from './support/undo.js';

/**
 * One event to many connections: from the request that causes it until the last client has it, over the same with better-sse.
 * Ours is committed to the log on the way. `npm run bench -- stream-fanout CLIENTS RUNS`
 */
const CLIENTS = Number(process.argv[2] ?? 5_000);
const RUNS = Number(process.argv[3] ?? 15);
const WARM_UPS = 5;

const folder = await temporaryFolder();
try {
  await installBetterSse(folder);
  await undoneOnFailure(async (undo) => {
    const peer = await startBetterSse(folder);
    undo.add(() => peer.stop());
    const server = await startStreamServer(folder);
    undo.add(() => server.stop());
    const id = await server.paused();
    const headers = { authorization: `Bearer ${server.key}` };
    const theirs = await StreamCrowd.open({ port: peer.port, path: '/stream', size: CLIENTS });
    const path = `/v1/sessions/${id}/stream`;
    const ours = await StreamCrowd.open({ port: server.port, path, headers, size: CLIENTS });
    undo.add(async () => [theirs, ours].forEach((crowd) => crowd.close()));
    const send = () => fetch(`http://127.0.0.1:${peer.port}/send`, { method: 'POST' });
    const baseline = () => theirs.reached(send, 'event_type');
    const measured = () => ours.reached(() => server.toggle(id), 'event_type');
    for (let run = 0; run < WARM_UPS; run++) for (const one of [baseline, measured]) await one();
    const before = [peer.pid, server.pid].map(processorMs);
    const figures = await compare(RUNS, baseline, measured);
    const [peerMs = 0, oursMs = 0] = [peer.pid, server.pid].map((pid, at) => processorMs(pid) - (before[at] ?? 0));
    print({
      name: 'stream-fanout',
      ...figures,
      unit: 'ms until the last client has an event',
      peer: BETTER_SSE,
      processor_ms_per_event: { peer: rounded(peerMs / RUNS), ours: rounded(oursMs / RUNS) },
      clients: CLIENTS,
      runs: RUNS,
    });
    await undo.run();
  });
} finally {
  await removeFolder(folder);
}
