import { EXIT, StartupFault } from '../config/startup-fault.js';
import type { Sleep } from '../reliability/ports.js';
import { DatabaseError, toDatabaseError } from './database-error.js';

/** Pauses between the attempts to reach the database at start, milliseconds. */
export const STARTUP_PAUSES_MS = [1_000, 4_000, 16_000] as const;

/**
 * Does the first work with the database, and tries again while the database cannot be reached.
 * @throws StartupFault when it stays out of reach; any other failure at once.
 */
export async function whenReachable<T>(
  work: () => Promise<T>,
  { sleep, onWait }: { sleep: Sleep; onWait: (delayMs: number, error: unknown) => void },
): Promise<T> {
  for (const pause of [...STARTUP_PAUSES_MS, undefined]) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StartupFault) throw error;
      const fault = toDatabaseError(error);
      if (fault.code !== 'dependency_unavailable') throw error;
      if (pause === undefined) throw unreachable(error);
      onWait(pause, error);
      await sleep(pause);
    }
  }
  throw unreachable(undefined);
}

/** A refused role or password: the caller explains it, since it knows what the login is for. */
const REFUSED_LOGIN = new Set(['28P01', '28000', '22023', '42501']);

/** Why no connection could be made. An error that may pass, or a refused login, stays as it is; the rest is to be corrected. */
export function explainConnecting(error: unknown): unknown {
  const fault = toDatabaseError(error);
  if (!(fault instanceof DatabaseError) || fault.fault !== 'defect') return error;
  if (fault.sqlState !== undefined && REFUSED_LOGIN.has(fault.sqlState)) return error;
  return new StartupFault(
    `No connection to the database (${error instanceof Error ? error.message : String(error)}). ` +
      'Check host, port, options and TLS (sslmode) in DATABASE_URL (and DATABASE_MIGRATION_URL, DATABASE_DIRECT_URL).',
    EXIT.config,
    { cause: error },
  );
}

/** Quotes the system or the server: a name that is not found, a port that is closed, a database that does not exist. */
export function describeUnreachable(error: unknown): string {
  const [first = error] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const reason = first instanceof Error && first.message !== '' ? ` (${first.message})` : '';
  return `The database cannot be reached${reason}`;
}

/** The database stays out of reach. */
export function unreachable(cause: unknown): StartupFault {
  return new StartupFault(
    `${describeUnreachable(cause)}. Check that it runs and that DATABASE_URL (and DATABASE_MIGRATION_URL, DATABASE_DIRECT_URL) point to it.`,
    EXIT.unavailable,
    { cause },
  );
}
