import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.js';
import { databaseAccount } from './account.js';
import { causeOf, runCommand } from './command.js';
import { SHARED_ROOT, sharedRoot } from './shared-root.js';
import { ensureFolder } from '../../config/ensure-folder.js';
import { StartupFault } from '../../config/startup-fault.js';

/** Where a data folder's database lives, and under which account. */
export interface Place {
  readonly folder: string;
  /** The cluster itself (PGDATA). Exists only when it is complete. */
  readonly data: string;
  /** Undefined where this process's own user runs the database. */
  readonly account: Account | undefined;
}

/**
 * Finds the place of this data folder's database, or chooses one: `<data folder>/postgres`, and where the database's
 * user cannot reach that, a new folder below the shared root, remembered in `<data folder>/postgres-location`.
 * An existing database that can no longer be reached is a fault: an empty one must never take its place in silence.
 */
export async function findPlace(dataDir: string): Promise<Place> {
  const elsewhere = rememberedPlace(dataDir);
  const place = placeAt(elsewhere ?? join(dataDir, 'postgres'));
  if (place.account === undefined) return ownPlace(place);
  if (existsSync(place.data)) {
    if (await canEnter(place.data, place.account)) return place;
    throw unreachable(place);
  }
  if (elsewhere !== undefined) return place;
  makeFolder(place.folder, 0o711);
  if (await canFill(place.folder, place.account)) return place;
  removeIfEmpty(place.folder);
  return placeElsewhere(dataDir);
}

/** The place of this data folder's database, if that was made. For commands that only look: creates nothing. */
export function existingPlace(dataDir: string): Place | undefined {
  const place = placeAt(rememberedPlace(dataDir) ?? join(dataDir, 'postgres'));
  return existsSync(place.data) ? place : undefined;
}

function placeAt(folder: string): Place {
  const data = join(folder, 'data');
  return { folder, data, account: databaseAccount(data) };
}

function ownPlace(place: Place): Place {
  makeFolder(place.folder, 0o700);
  try {
    accessSync(existsSync(place.data) ? place.data : place.folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw unreachable(place);
  }
  return place;
}

function unreachable({ folder, account }: Place): StartupFault {
  return new StartupFault(
    `the database in ${folder} cannot be reached by the user ${account?.name ?? `with id ${process.getuid?.()}`}; ` +
      'start Holdfast as the user who made it, open the folders above it, or set HOLDFAST_DATA_DIR to another folder',
  );
}

function makeFolder(folder: string, mode: number): void {
  try {
    if (ensureFolder(folder, mode)) chmodSync(folder, mode);
  } catch (error) {
    throw new StartupFault(
      `cannot make ${folder} (${causeOf(error)}); set HOLDFAST_DATA_DIR to a folder that can be written to`,
      undefined,
      {
        cause: error,
      },
    );
  }
}

async function canEnter(folder: string, account: Account): Promise<boolean> {
  return (await runCommand('/bin/sh', ['-c', 'cd "$1" && test -w .', 'reach', folder], { account })).code === 0;
}

/** Tries it out, as that user: modes, mounts that ignore chown and security modules cannot be judged from here. */
async function canFill(folder: string, account: Account): Promise<boolean> {
  const probe = join(folder, `probe-${randomBytes(8).toString('hex')}`);
  const script = 'cd "$1" && : > file && rm file';
  try {
    mkdirSync(probe, { mode: 0o700 });
    chownSync(probe, account.uid, account.gid);
    return (await runCommand('/bin/sh', ['-c', script, 'reach', probe], { account })).code === 0;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** The folder may hold other files under this name: the data folder need not be ours alone. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty: not ours to remove.
  }
}

/** The name is random, so that a new data folder never meets an old one's database. */
function placeElsewhere(dataDir: string): Place {
  const folder = join(sharedRoot(), randomBytes(16).toString('hex'));
  makeFolder(folder, 0o711);
  writeFileSync(join(folder, 'data-folder'), `${dataDir}\n`);
  writeFileSync(`${noteIn(dataDir)}.new`, `${folder}\n`);
  renameSync(`${noteIn(dataDir)}.new`, noteIn(dataDir));
  return placeAt(folder);
}

/** The place that the data folder's note names, unless the note came along with a copy of another data folder. */
function rememberedPlace(dataDir: string): string | undefined {
  const folder = readNote(dataDir);
  if (folder === undefined) return undefined;
  const backReference = join(folder, 'data-folder');
  if (!existsSync(backReference)) {
    throw new StartupFault(
      `the database of this data folder was in ${folder}, which is gone; bring it back, or remove ${noteIn(dataDir)} to start with an empty one`,
    );
  }
  const owner = readFileSync(backReference, 'utf8').trimEnd();
  if (owner === dataDir) return folder;
  if (readNote(owner) === folder) return undefined;
  writeFileSync(backReference, `${dataDir}\n`);
  return folder;
}

function noteIn(dataDir: string): string {
  return join(dataDir, 'postgres-location');
}

/** Root follows the note, so it may only name a folder that {@link placeElsewhere} can have made. */
function readNote(dataDir: string): string | undefined {
  const note = noteIn(dataDir);
  if (!existsSync(note)) return undefined;
  const folder = readFileSync(note, 'utf8').trimEnd();
  if (dirname(folder) === SHARED_ROOT && /^[0-9a-f]{32}$/.test(basename(folder))) return folder;
  throw new StartupFault(`${note} does not name a folder of Holdfast's; remove it to start with an empty database`);
}
