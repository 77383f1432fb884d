import { accessSync, chmodSync, constants, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findBinaries } from './binaries.js';
import { DATABASE, ensureCluster, readPassword } from './cluster.js';
import { causeOf } from './command.js';
import type { FolderLock } from './folder-lock.js';
import { lockFolder } from './folder-lock.js';
import { freePort } from './free-port.js';
import { findPlace } from './place.js';
import { launchServer } from './server.js';
import type { ServerProcess } from './server-process.js';
import { ensureFolder } from '../../config/ensure-folder.js';
import { StartupFault } from '../../config/startup-fault.js';

export interface EmbeddedPostgresOptions {
  /** Made when missing. Relative paths count from the working directory. */
  readonly dataDir: string;
  /** Server settings (postgresql.conf names) on top of ours; those that guard privacy cannot be changed. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives each line of the server's log. No user's text is in it. */
  readonly onLog?: (line: string) => void;
}

/** A Postgres server of this process's own. It ends with this process, whichever way that ends. */
export interface EmbeddedPostgres {
  /** Connection URL of the cluster's owner (a superuser) for the database `holdfast`. Holds the password. */
  readonly url: string;
  /** Folder that holds the database's files. */
  readonly location: string;
  /** Resolves when the server ended without being stopped, with the reason that it logged, if any; never rejects. */
  readonly crashed: Promise<string | undefined>;
  /** Ends the server and releases the data folder. Idempotent; never rejects; at most 15 s, usually far below 1. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres from the npm package's binaries on the database of `dataDir`, made at the first start.
 * Installs no process hooks: the code that drains the process calls `stop()`.
 *
 * @throws {StartupFault} that says what to do: another live instance owns the folder, it cannot be written to, it was
 *   made by another Postgres, the binaries are missing, or the server's own reason.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = openDataFolder(options.dataDir);
  const lock = lockFolder(join(dataDir, 'postgres.lock'), dataDir);
  try {
    const place = await findPlace(dataDir);
    const binaries = await findBinaries(place.account);
    await ensureCluster(place, binaries);
    const password = readPassword(place);
    const { settings = {}, onLog = () => undefined } = options;
    const { server, port } = await launchServer({ place, binaries, settings, onLog, choosePort: freePort });
    const url = `postgres://${DATABASE}:${password}@127.0.0.1:${port}/${DATABASE}`;
    return { url, location: place.folder, ...lifetimeOf(server, lock) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lifetimeOf(server: ServerProcess, lock: FolderLock): Pick<EmbeddedPostgres, 'crashed' | 'stop'> {
  let stopping: Promise<void> | undefined;
  const crashed = new Promise<string | undefined>((crash) => {
    void server.ended.then(() => {
      if (stopping === undefined) crash(server.reason);
    });
  });
  const stop = (): Promise<void> => (stopping ??= server.stop().finally(() => lock.release()));
  return { crashed, stop };
}

/** The folder's real path. Under root it stays passable, so that the database's user can reach its own folder below. */
function openDataFolder(dataDir: string): string {
  const folder = resolve(dataDir);
  try {
    const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
    if (ensureFolder(folder, mode)) chmodSync(folder, mode);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(folder);
  } catch (error) {
    throw new StartupFault(
      `cannot write to the data folder ${folder} (${causeOf(error)}); set HOLDFAST_DATA_DIR to a folder that can be written to`,
      undefined,
      { cause: error },
    );
  }
}
