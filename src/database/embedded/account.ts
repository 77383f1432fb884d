import { readFileSync, statSync } from 'node:fs';
import { StartupFault } from '../../config/startup-fault.js';

/** The user that runs the database's processes, where this process runs as another one. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, and its initdb refuses a uid that /etc/passwd does not name. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The account to run Postgres under. Undefined for an ordinary user, whose own account runs it; for root, the owner of the
 * existing data, else `postgres`, else `nobody`.
 */
export function databaseAccount(existingData: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = knownAccounts();
  const owner = statSync(existingData, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) {
    return (
      accounts.find(({ uid }) => uid === owner.uid) ?? { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
    );
  }
  for (const candidate of CANDIDATES) {
    const account = accounts.find(({ name }) => name === candidate);
    if (account !== undefined) return account;
  }
  throw new StartupFault(
    'Postgres does not run as root, and there is neither a user "postgres" nor "nobody" to run it as; ' +
      'start Holdfast as an ordinary user, or set DATABASE_URL',
  );
}

function knownAccounts(): Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      // macOS writes nobody's id as -2; stat and chown know it as 2^32-2.
      return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
    })
    .filter(({ uid }) => uid !== 0);
}
