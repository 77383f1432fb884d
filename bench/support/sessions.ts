import { join } from 'node:path';
import { uuidOf } from '../../src/database/id.js';
import { runningEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { jsonPosts } from './http-load.js';
import { oneProvider } from './provider-settings.js';
import { RawClient } from './raw-client.js';
import { bodyOf, isOk } from './raw-connection.js';
import { SessionWatch } from './session-watch.js';
import {
  removeFolder,
  startProgram,
  startServer,
  temporaryFolder,
  type BenchProgram,
  type BenchServer,
} from './server.js';
import { undoneOnFailure } from './undo.js';

const MODEL = 'council-1';
const GOAL =
  'Open a second bakery in the old station by the end of next June, without a loan, with the team that we have, and without ' +
  'the first one suffering from it';

/** A council of two that agrees in its second round of three: the smallest that asks a provider ten times. */
export const TEN_CALLS: CouncilSize = { seats: 2, max_rounds: 3, agreed: true };

/** Its calls: frame, two rounds, facilitator, votes, synthesis, plan. Those of one number are asked at the same time. */
export const TEN_CALLS_AT_ONCE: readonly number[] = [1, 2, 2, 1, 2, 1, 1];
export const CALLS = 10;

export interface CouncilSize {
  readonly seats: number;
  readonly max_rounds: number;
  /** Whether the facilitator ends the discussion at the first occasion. */
  readonly agreed: boolean;
}

export interface SessionsOptions {
  readonly council: CouncilSize;
  /** How long the provider takes to answer, milliseconds. */
  readonly latencyMs?: number;
  /** Calls to the provider at once. */
  readonly maxConcurrency: number;
  readonly settings?: Record<string, string>;
}

/** A server with a provider that answers councils. */
export interface Sessions {
  readonly folder: string;
  readonly server: BenchServer;
  readonly provider: BenchProgram;
  /** The owner's, of the server's own Postgres. */
  readonly databaseUrl: string;
  /** Holds the bodies of the first session's requests to the provider, as a JSON list. */
  readonly requestsFile: string;
  /** Makes a session, which is in line from then on. @returns its UUID. */
  readonly create: () => Promise<string>;
  /** Resolves once it has completed. */
  readonly completed: (id: string) => Promise<void>;
  stop(): Promise<void>;
}

export function startSessions({ council, latencyMs = 0, ...options }: SessionsOptions): Promise<Sessions> {
  return undoneOnFailure(async (undo) => {
    const folder = await temporaryFolder();
    undo.add(() => removeFolder(folder));
    const requestsFile = join(folder, 'provider-requests');
    const args = [requestsFile, String(CALLS), String(latencyMs), council.agreed ? 'agreed' : 'disputed'];
    const provider = await startProgram('council-provider.js', folder, args);
    undo.add(() => provider.stop());
    const settings = { ...oneProvider(provider.port, MODEL, options.maxConcurrency), ...options.settings };
    const server = await startServer(folder, settings);
    undo.add(() => server.stop());
    const databaseUrl = await runningEmbeddedPostgres(server.dataDir);
    if (databaseUrl === undefined) throw new Error('the database does not run');
    const watch = await SessionWatch.open(databaseUrl);
    undo.add(() => watch.close());
    const api = new RawClient(server.port);
    undo.add(() => api.close());
    const { seats, max_rounds } = council;
    const post = jsonPosts('/v1/sessions', { authorization: `Bearer ${server.key}` });
    const request = post(JSON.stringify({ goal: GOAL, council: { seats, max_rounds } }));
    return {
      folder,
      server,
      provider,
      databaseUrl,
      requestsFile,
      create: async () => {
        const answer = await api.ask(request);
        const session = isOk(answer) ? (JSON.parse(bodyOf(answer)) as { id: string }) : undefined;
        const id = session && uuidOf('ses', session.id);
        if (id === undefined) throw new Error(`no session was made: ${bodyOf(answer)}`);
        return id;
      },
      completed: (id) => watch.completed(id),
      stop: undo.run,
    };
  });
}
