import { chmodSync, lstatSync } from 'node:fs';
import { causeOf } from './command.js';
import { ensureFolder } from '../../config/ensure-folder.js';
import { StartupFault } from '../../config/startup-fault.js';

/** Where root puts files that the database's user cannot reach in the data folder. Not in /tmp: any user could make it first. */
export const SHARED_ROOT = '/var/lib/holdfast';

/** The folder, made if need be. Refuses one that a user other than root could have filled. */
export function sharedRoot(): string {
  try {
    if (ensureFolder(SHARED_ROOT, 0o755)) chmodSync(SHARED_ROOT, 0o755);
  } catch (error) {
    throw new StartupFault(
      `cannot make ${SHARED_ROOT} for the database (${causeOf(error)}); set HOLDFAST_DATA_DIR to a folder that the ` +
        'users postgres or nobody can reach, or set DATABASE_URL',
      undefined,
      { cause: error },
    );
  }
  const found = lstatSync(SHARED_ROOT);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) {
    throw new StartupFault(
      `${SHARED_ROOT} must be a folder that belongs to root and that no one else can write to; correct or remove it`,
    );
  }
  return SHARED_ROOT;
}
