import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE, readPassword } from './cluster.js';
import { existingPlace, type Place } from './place.js';
import { livePostmaster } from './postmaster.js';

/** Whether this data folder has a database, running or not. Creates nothing. */
export function hasEmbeddedPostgres(dataDir: string): boolean {
  return placeOf(dataDir) !== undefined;
}

/** The line of postmaster.pid that holds the port (Postgres, miscadmin.h). */
const PORT_LINE = 4;

/**
 * The owner's URL of the server that a running instance keeps on this data folder; undefined when none does. For
 * commands that work beside it.
 */
export async function runningEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const place = placeOf(dataDir);
  if (place === undefined || livePostmaster(place.data) === undefined) return undefined;
  const port = readFileSync(join(place.data, 'postmaster.pid'), 'utf8').split('\n')[PORT_LINE - 1];
  return `postgres://${DATABASE}:${readPassword(place)}@127.0.0.1:${port}/${DATABASE}`;
}

function placeOf(dataDir: string): Place | undefined {
  return existsSync(dataDir) ? existingPlace(realpathSync(dataDir)) : undefined;
}
