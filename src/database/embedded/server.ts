import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import type { Place } from './place.js';
import { endPostmaster, killServerProcesses, removeStaleLockFile } from './postmaster.js';
import { ServerProcess } from './server-process.js';
import { serverArguments } from './settings.js';
import { StartupFault } from '../../config/startup-fault.js';

export interface LaunchOptions {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly settings: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
  /** A port that is probably free. */
  readonly choosePort: () => Promise<number>;
}

export interface LaunchedServer {
  readonly server: ServerProcess;
  readonly port: number;
}

type Obstacle = 'port taken' | 'memory in use' | 'other';

/** Enough launches for processes that outlive a killed server: they notice its death within moments. */
const MAX_LAUNCHES = 20;
const PAUSE_MS = 100;

/**
 * Starts the server on a free port. The caller owns the data folder's lock, so a server found running there is an
 * orphan, whose app is gone: it is ended first.
 */
export async function launchServer(options: LaunchOptions): Promise<LaunchedServer> {
  const { data } = options.place;
  if (!(await endPostmaster(data, 'SIGINT'))) {
    throw new StartupFault(
      `the server of an earlier run in ${data} does not end; end it by hand, or set HOLDFAST_DATA_DIR to another folder`,
    );
  }
  for (let launch = 1; ; launch++) {
    removeStaleLockFile(data);
    const port = await options.choosePort();
    const server = launchOn(port, options);
    if (await server.becomesReady()) return { server, port };
    await server.stop();
    const obstacle = obstacleIn(server.lastWords);
    if (obstacle === 'other' || launch === MAX_LAUNCHES) {
      throw new StartupFault(
        `Postgres did not start in ${data}:\n${server.lastWords}\n` +
          'correct the cause, set HOLDFAST_DATA_DIR to another folder, or set DATABASE_URL',
      );
    }
    if (obstacle === 'memory in use') {
      // Frozen children of a killed postmaster.
      killServerProcesses(data);
      await sleep(PAUSE_MS);
    }
  }
}

function launchOn(port: number, { place, binaries, settings, onLog }: LaunchOptions): ServerProcess {
  const { data, account } = place;
  return new ServerProcess({
    postgres: binaries.postgres,
    args: serverArguments(data, port, settings),
    data,
    account,
    onLog,
  });
}

function obstacleIn(log: string): Obstacle {
  if (log.includes('could not bind')) return 'port taken';
  if (log.includes('shared memory block')) return 'memory in use';
  return 'other';
}
