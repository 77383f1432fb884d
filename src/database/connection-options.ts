import { Socket } from 'node:net';
import type { PoolConfig } from 'pg';
import { packetSocket } from './packet-socket.js';

/** The role of every pooled connection: it may not change the schema, and row-level security binds it. */
export const APP_ROLE = 'holdfast_app';

/** Owns the functions that write for many tenants at once. */
export const WRITER_ROLE = 'holdfast_writer';

/** Server-side limits, milliseconds. */
export const STATEMENT_TIMEOUT_MS = 5_000;
export const BATCH_STATEMENT_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 2_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
export const CONNECT_TIMEOUT_MS = 5_000;

/** How soon the server notices that the client of a running statement has gone, and ends the statement. */
const CLIENT_CHECK_MS = 100;

/** Where Postgres looks names up: a schema named after the login, or a path set for it, would otherwise come before ours. */
export const SEARCH_PATH = 'public';

const APP_SETTINGS = {
  role: APP_ROLE,
  search_path: SEARCH_PATH,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  lock_timeout: LOCK_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  client_connection_check_interval: CLIENT_CHECK_MS,
};

/** A migration waits for a lock no longer than this: it must not queue every query behind itself. */
const OWNER_SETTINGS = {
  search_path: SEARCH_PATH,
  lock_timeout: 5_000,
  statement_timeout: 0,
  client_connection_check_interval: CLIENT_CHECK_MS,
};

/**
 * Connection options for pooled connections.
 * @param direct false behind a pooler, which accepts no start-up options: the role in the URL then carries the settings.
 */
export function appConnection(url: string, direct: boolean): PoolConfig {
  return connection(url, 'holdfast', direct ? APP_SETTINGS : {});
}

/** Connection options for the owner: migrations, advisory locks. */
export function ownerConnection(url: string): PoolConfig {
  return connection(url, 'holdfast-migrate', OWNER_SETTINGS);
}

function connection(url: string, name: string, settings: Readonly<Record<string, string | number>>): PoolConfig {
  const withOptions = new URL(url);
  const ours = Object.entries(settings).map(([key, value]) => `-c ${key}=${value}`);
  // In pg the URL's options win over an options object, so ours are appended to the URL's; the last value of a setting holds.
  const options = [withOptions.searchParams.get('options'), ...ours].filter(Boolean).join(' ');
  if (options !== '') withOptions.searchParams.set('options', options);
  return {
    connectionString: withOptions.href,
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    stream: socketFor as () => Socket,
  };
}

/** @param config as pg gives it: whether there is TLS may follow from the URL or the environment. */
function socketFor({ ssl }: { readonly ssl?: unknown }): Socket {
  return ssl === undefined || ssl === false ? packetSocket() : new Socket();
}
