import { EXIT, StartupFault } from '../config/startup-fault.js';
import type { Sleep } from '../reliability/ports.js';
import { toDatabaseError } from './database-error.js';

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

export function unreachable(cause: unknown): StartupFault {
  return new StartupFault(
    'The database cannot be reached. Check that it runs and that DATABASE_URL (and DATABASE_MIGRATION_URL) point to it.',
    EXIT.unavailable,
    { cause },
  );
}
