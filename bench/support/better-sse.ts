import { join } from 'node:path';
import { installPeer } from './npm-peer.js';
import { startProgram, type BenchProgram } from './server.js';

const VERSION = '0.16.1';

export const BETTER_SSE = `better-sse ${VERSION}`;

/** Installs better-sse, our peer for streams, into a folder of its own. @throws when npm cannot install it. */
export async function installBetterSse(folder: string): Promise<void> {
  await installPeer(roomIn(folder), { dependencies: { 'better-sse': VERSION } });
}

/** A server of it, in a process of its own. */
export function startBetterSse(folder: string): Promise<BenchProgram> {
  return startProgram('better-sse-app.js', folder, [roomIn(folder)]);
}

function roomIn(folder: string): string {
  return join(folder, 'better-sse');
}
