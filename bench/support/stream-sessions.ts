import { Client } from 'pg';
import { runningEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { uuidOf } from '../../src/database/id.js';
import { callApi } from './api.js';
import { startServer, type BenchServer } from './server.js';

/** Our server, which takes no sessions, so that events come when they are asked for; and its database. */
export interface StreamServer extends BenchServer {
  readonly databaseUrl: string;
  readonly sql: Client;
  /** A paused session. @returns its id. */
  paused(): Promise<string>;
  /** Adds one event to a session: it is paused and goes on in turns. @param port of another replica. */
  toggle(id: string, port?: number): Promise<void>;
}

export async function startStreamServer(folder: string): Promise<StreamServer> {
  const env = {
    HOLDFAST_ROLE: 'api',
    LOG_LEVEL: 'warn',
    HOLDFAST_STREAMS: '20000',
    HOLDFAST_STREAMS_PER_TENANT: '20000',
  };
  const server = await startServer(folder, env);
  const databaseUrl = await runningEmbeddedPostgres(server.dataDir);
  if (databaseUrl === undefined) throw new Error('the database does not run');
  const sql = new Client(databaseUrl);
  await sql.connect();
  const runs = new Set<string>();
  return {
    ...server,
    databaseUrl,
    sql,
    paused: async () => {
      const { id } = await callApi(server.port, server.key, 'POST', '/v1/sessions', {
        goal: 'Something to follow, event by event',
        start: true,
      });
      const uuid = uuidOf('ses', String(id));
      await sql.query(`UPDATE sessions SET status = 'running' WHERE id = $1`, [uuid]);
      await sql.query(`UPDATE sessions SET status = 'paused' WHERE id = $1`, [uuid]);
      return String(id);
    },
    toggle: async (id, port = server.port) => {
      const action = runs.delete(id) ? 'pause' : 'resume';
      if (action === 'resume') runs.add(id);
      await callApi(port, server.key, 'POST', `/v1/sessions/${id}/${action}`);
    },
    stop: async () => {
      await sql.end();
      await server.stop();
    },
  };
}
