import { join } from 'node:path';
import { Client } from 'pg';
import { httpRequest } from './http-load.js';
import { installPeer } from './npm-peer.js';
import type { SessionPeer } from './session-peer.js';
import type { Sessions } from './sessions.js';
import { startProgram } from './server.js';

const NAME = '@dbos-inc/dbos-sdk';
const VERSION = '5.3.0';
const DATABASE = 'dbos';

/** DBOS in a process of its own, on a database of its own in the same Postgres. @throws when npm cannot install it. */
export async function startDbos({ folder, databaseUrl, requestsFile, provider }: Sessions): Promise<SessionPeer> {
  const room = join(folder, 'dbos');
  await installPeer(room, { dependencies: { [NAME]: VERSION } });
  const owner = new Client(databaseUrl);
  await owner.connect();
  await owner.query(`CREATE DATABASE ${DATABASE}`);
  await owner.end();
  const url = new URL(databaseUrl);
  url.pathname = DATABASE;
  const program = await startProgram('dbos-app.js', folder, [room, url.href, requestsFile, String(provider.port)]);
  return { ...program, name: `${NAME} ${VERSION}`, request: () => httpRequest('POST', '/', {}, '{}') };
}
