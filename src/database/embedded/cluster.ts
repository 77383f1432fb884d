import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import type { CommandResult } from './command.js';
import { causeOf, runCommand } from './command.js';
import type { Place } from './place.js';
import { StartupFault } from '../../config/startup-fault.js';

/** The name of both the cluster's owner and its database. */
export const DATABASE = 'holdfast';

/** Folders that a killed start leaves behind: an incomplete cluster, or a probe for write access. */
const UNFINISHED = /^(init|probe)-[0-9a-f]{16}$/;

/** Characters that a shell interprets even between the double quotes that initdb puts around the server's path. */
const NOT_FOR_A_SHELL = /["$`\\]/;

const THROW_AWAY_MS = 5_000;

/**
 * Makes the cluster and its database, unless they are there. All or nothing: it is made in another folder and renamed when
 * complete; the next start throws an interrupted one away and begins anew.
 */
export async function ensureCluster(place: Place, binaries: Binaries): Promise<void> {
  for (const entry of readdirSync(place.folder)) {
    if (UNFINISHED.test(entry)) await throwAway(join(place.folder, entry));
  }
  if (existsSync(place.data)) refuseOtherMajor(place, binaries);
  else await makeCluster(place, binaries);
}

/**
 * An initdb whose starter was killed may still be writing there for a moment, and where another process creates and
 * removes files, `rmSync` can end without an error although it has not removed the folder.
 */
async function throwAway(folder: string): Promise<void> {
  for (const end = performance.now() + THROW_AWAY_MS; existsSync(folder) && performance.now() < end; await sleep(10)) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The owner's password. */
export function readPassword(place: Place): string {
  try {
    return readFileSync(passwordFile(place.folder), 'utf8');
  } catch (error) {
    throw new StartupFault(
      `cannot read the database's password (${causeOf(error)}); restore ${passwordFile(place.folder)}, or set HOLDFAST_DATA_DIR to another folder`,
      undefined,
      { cause: error },
    );
  }
}

function passwordFile(folder: string): string {
  return join(folder, 'password');
}

function refuseOtherMajor(place: Place, binaries: Binaries): void {
  const version = join(place.data, 'PG_VERSION');
  const found = existsSync(version) ? readFileSync(version, 'utf8').trim() : 'an unknown release';
  if (found === binaries.major) return;
  throw new StartupFault(
    `the database in ${place.data} was made by Postgres ${found}, and this is Postgres ${binaries.major}; ` +
      'move its content with pg_dump, set HOLDFAST_DATA_DIR to another folder, or set DATABASE_URL',
  );
}

async function makeCluster(place: Place, binaries: Binaries): Promise<void> {
  if (NOT_FOR_A_SHELL.test(binaries.initdb)) {
    throw new StartupFault(
      `initdb cannot run from ${binaries.initdb}: it hands its path to a shell, which reads ", $, \` and \\ in it as something else; ` +
        'move the project to a path without them, or set DATABASE_URL',
    );
  }
  const unfinished = join(place.folder, `init-${randomBytes(8).toString('hex')}`);
  try {
    prepareFolder(unfinished, place);
    const result = await runInitdb(unfinished, place, binaries);
    if (result.code !== 0) {
      throw new StartupFault(
        `the database could not be made in ${place.folder}:\n${result.output}\n` +
          'correct the cause, set HOLDFAST_DATA_DIR to another folder, or set DATABASE_URL',
      );
    }
    if (place.account !== undefined) chownSync(passwordFile(unfinished), 0, 0);
    // The password first: once the data folder is there, the cluster counts as complete.
    renameSync(passwordFile(unfinished), passwordFile(place.folder));
    renameSync(join(unfinished, 'data'), place.data);
    syncFolder(place.folder);
  } catch (error) {
    if (error instanceof StartupFault) throw error;
    throw new StartupFault(
      `the database could not be made in ${place.folder} (${causeOf(error)}); set HOLDFAST_DATA_DIR to a folder that can be written to`,
      undefined,
      { cause: error },
    );
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function prepareFolder(folder: string, { account }: Place): void {
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(passwordFile(folder), randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  if (account === undefined) return;
  chownSync(passwordFile(folder), account.uid, account.gid);
  chownSync(folder, account.uid, account.gid);
}

async function runInitdb(folder: string, { account }: Place, binaries: Binaries): Promise<CommandResult> {
  // Inside the folder: an initdb whose starter was killed cannot make it again once a later start has thrown it away.
  const within = { account, cwd: folder };
  const identity = ['--username', DATABASE, '--pwfile', passwordFile(folder), '--auth', 'scram-sha-256'];
  const locale = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  const args = ['--pgdata', 'data', ...identity, ...locale, '--no-instructions'];
  const initdb = await runCommand(binaries.initdb, args, within);
  if (initdb.code !== 0) return initdb;
  // In single-user mode, before the rename, so that a cluster never lacks its database.
  const input = `CREATE DATABASE ${DATABASE};\n`;
  const created = await runCommand(binaries.postgres, ['--single', '-D', 'data', 'template1'], { ...within, input });
  // In single-user mode a statement that fails does not change the exit code.
  return created.output.includes('ERROR:') ? { ...created, code: null } : created;
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
