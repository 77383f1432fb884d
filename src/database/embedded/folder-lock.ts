import { rmSync, statSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { causeOf } from './command.js';
import { StartupFault } from '../../config/startup-fault.js';

const SQLITE_BUSY = 5;

/** Exclusive ownership of a data folder, until released or until this process ends in whatever way. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock file, or refuses at once when a living process holds it.
 *
 * The lock is SQLite's: a POSIX record lock, the only kind that Node reaches without a native addon. The kernel drops
 * it with its holder, also on `kill -9`, so unlike a file with a process id in it, it can neither be stuck nor be
 * mistaken about a reused id, and it holds between containers that share a folder. Nothing is ever written into it.
 * No other code in this process may open the file: closing any descriptor of it would drop the lock (fcntl(2)).
 */
export function lockFolder(file: string, folder: string): FolderLock {
  for (;;) {
    const database = lockFile(file, folder);
    if (database !== undefined) return { release: () => release(database, file) };
  }
}

function release(database: DatabaseSync, file: string): void {
  if (!database.isOpen) return;
  try {
    // Delete it while holding it: a process that opened the same file meanwhile finds its name gone, and tries anew.
    rmSync(file, { force: true });
  } catch {
    // An empty file that stays behind does no harm.
  }
  database.close();
}

/** The locked file, or nothing when its last holder deleted it between our opening and our locking. */
function lockFile(file: string, folder: string): DatabaseSync | undefined {
  const sqlite = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    writeFileSync(file, '', { flag: 'a', mode: 0o600 });
    const before = inodeOf(file);
    database = new sqlite.DatabaseSync(file);
    // A journal in a file would stay behind a killed holder.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    if (before !== undefined && before === inodeOf(file)) return database;
    database.close();
    return undefined;
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      throw new StartupFault(
        `another instance of Holdfast owns the data folder ${folder}; stop it, or set HOLDFAST_DATA_DIR to another folder`,
      );
    }
    throw new StartupFault(
      `cannot lock the data folder ${folder} (${causeOf(error)}); make ${file} writable, or set HOLDFAST_DATA_DIR to another folder`,
      undefined,
      { cause: error },
    );
  }
}

function inodeOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
}

/** Loaded only when needed: Node 22 has it from 22.13 on, and prints a warning. */
function loadSqlite(): typeof import('node:sqlite') {
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined;
  if (sqlite !== undefined) return sqlite;
  throw new StartupFault(
    'the embedded Postgres needs Node 22.13 or later; start with `npm start`, or set DATABASE_URL',
  );
}
