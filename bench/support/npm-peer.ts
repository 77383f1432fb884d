import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { note } from './figures.js';

/** Packages of a peer, by name and version. */
export interface PeerPackages {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
}

/** What npm says of a registry that it cannot reach. */
const OUT_OF_REACH =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EHOSTUNREACH|ENETUNREACH/;

/** Installs a peer into a folder of its own: the project does not depend on it. @throws when npm cannot. */
export async function installPeer(room: string, { dependencies, overrides = {} }: PeerPackages): Promise<void> {
  const names = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
  note(`installing ${names.join(', ')}`);
  await mkdir(room);
  await writeFile(join(room, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }));
  const args = ['install', '--prefix', room, '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
  try {
    await promisify(execFile)('npm', args, { cwd: room });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    const why = OUT_OF_REACH.test(said)
      ? 'the registry of this machine’s npm configuration cannot be reached'
      : 'npm could not install it';
    note(`This benchmark needs ${names.join(' and ')} from npm, but ${why}.`);
    throw error;
  }
}

/** A peer that cannot be installed is left out of the report; the others are still compared. */
export async function ifItCanBeHad<T>(name: string, start: () => Promise<T>): Promise<T | undefined> {
  try {
    return await start();
  } catch (error) {
    note(`${name} is left out: ${String(error)}`);
    return undefined;
  }
}

/** For programs that take no 0 for a port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
