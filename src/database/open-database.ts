import type { DataSource } from 'typeorm';
import type { AppConfig } from '../config/config.js';
import { EXIT, StartupFault } from '../config/startup-fault.js';
import { abandonable } from '../reliability/deadline/abandonable.js';
import { systemSleep, type Sleep } from '../reliability/ports.js';
import { DatabaseError, toDatabaseError } from './database-error.js';
import { appDataSource, type SchemaDefinition } from './data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded/index.js';
import { Migrator, pendingMigrations } from './migrator.js';
import { assertOwnSchemaIsFirst } from './search-path-check.js';
import { assertTenantsAreIsolated } from './security-check.js';
import { describeUnreachable, explainConnecting, whenReachable } from './startup-wait.js';

/** How long connections get to end in good order, milliseconds. */
const CLOSE_MS = 1_000;

export interface DatabaseLog {
  info(message: string): void;
  warn(message: string): void;
  debug(message: string): void;
}

export interface OpenDatabaseOptions {
  config: AppConfig;
  schema: SchemaDefinition;
  sleep: Sleep;
  log: DatabaseLog;
  /** Breaks the start off. */
  stop?: AbortSignal | undefined;
}

/** A database that is migrated, checked and ready to serve. */
export interface OpenDatabase {
  readonly dataSource: DataSource;
  /** URL of the pooled connections. */
  readonly url: string;
  /** Whether that URL reaches Postgres itself and not a pooler. */
  readonly direct: boolean;
  /** URL of connections that keep state, such as a LISTEN: it reaches Postgres itself. */
  readonly directUrl: string;
  /** Undefined when this process does not run the database. */
  readonly embedded: EmbeddedPostgres | undefined;
  /** Closes the pool, then stops the embedded server. Never rejects, never waits for a server that is frozen. */
  close(): Promise<void>;
}

/** Where the database is, from the configuration alone or with the embedded server's help. */
export interface DatabaseUrls {
  app: string;
  direct: boolean;
  directUrl: string;
  owner: string;
}

/**
 * Finds or starts the database, migrates it unless the configuration leaves that to `npm run migrate`, and makes sure that
 * tenants are isolated in it.
 * @throws StartupFault; the reason of `stop`
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { config, schema, log, sleep, stop } = options;
  stop?.throwIfAborted();
  const embedded = config.database.url === undefined ? await embed(config, log) : undefined;
  try {
    stop?.throwIfAborted();
    const urls = databaseUrls(config, embedded?.url);
    const onWait = (delayMs: number, error: unknown) => {
      if (!stop?.aborted) log.warn(`${describeUnreachable(error)}; next attempt in ${delayMs / 1000} s`);
    };
    const reached = whenReachable(() => prepare(urls, options), { sleep: (delayMs) => sleep(delayMs, stop), onWait });
    // A step that waits (for another replica's migration, say) is abandoned: the server rolls back uncommitted work.
    const dataSource = await abandonable(reached, stop, (late) => void late.destroy().catch(() => {}));
    const close = async (): Promise<void> => {
      await Promise.race([dataSource.destroy().catch(() => {}), systemSleep(CLOSE_MS)]);
      await embedded?.stop();
    };
    return { dataSource, url: urls.app, direct: urls.direct, directUrl: urls.directUrl, embedded, close };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }

  async function prepare(
    urls: DatabaseUrls,
    { config: { migrateAtStart, database } }: OpenDatabaseOptions,
  ): Promise<DataSource> {
    if (migrateAtStart) await migrate(urls, schema, log);
    const dataSource = appDataSource({
      url: urls.app,
      direct: urls.direct,
      poolSize: database.poolSize,
      schema,
      onIdleError: () => log.debug('an idle database connection broke; the pool replaces it'),
    });
    await dataSource.initialize().catch((error: unknown) => {
      throw explainLogin(explainConnecting(error));
    });
    try {
      await assertOwnSchemaIsFirst(dataSource);
      const pending = await pendingMigrations((text, values) => dataSource.query(text, values), schema);
      if (pending.length > 0) throw notMigrated();
      await assertTenantsAreIsolated(dataSource);
      return dataSource;
    } catch (error) {
      await dataSource.destroy().catch(() => {});
      throw error;
    }
  }
}

/** @throws StartupFault when there is neither a configured nor an embedded database. */
export function databaseUrls({ database }: AppConfig, embeddedUrl: string | undefined): DatabaseUrls {
  const app = database.url ?? embeddedUrl;
  if (app === undefined) throw new StartupFault('There is no database: set DATABASE_URL.', EXIT.config);
  return {
    app,
    direct: database.directUrl === undefined,
    directUrl: database.directUrl ?? app,
    owner: database.migrationUrl ?? database.directUrl ?? app,
  };
}

/** Login role of the pooled connections, when another role migrates. */
export function appLoginOf({ app, owner }: DatabaseUrls): string | undefined {
  const [login, ownerLogin] = [app, owner].map((url) => decodeURIComponent(new URL(url).username));
  return login === ownerLogin ? undefined : login;
}

async function embed({ dataDir }: AppConfig, log: DatabaseLog): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, onLog: (line) => log.debug(line) });
}

async function migrate(urls: DatabaseUrls, schema: SchemaDefinition, log: DatabaseLog): Promise<void> {
  const migrator = new Migrator({ url: urls.owner, schema, appLogin: appLoginOf(urls) });
  const ran = await migrator.upIfPending().catch((error: unknown) => {
    throw explainMigrating(error, urls);
  });
  if (ran.length > 0) log.info(`migrated: ${ran.join(', ')}`);
}

/** The database is of an older version, and this process is not to migrate it. */
export function notMigrated(): StartupFault {
  return new StartupFault(
    'The database is not migrated to this version. Run `npm run migrate`, or set HOLDFAST_MIGRATE=on.',
    EXIT.unavailable,
  );
}

/** Before the first migration the application's role does not exist, and a login may lack it. */
export function explainLogin(error: unknown): unknown {
  const sqlState = sqlStateOf(error);
  if (sqlState === '22023') return notMigrated();
  if (sqlState === '42501')
    return new StartupFault(
      'The login role in DATABASE_URL is no member of holdfast_app. Grant it: GRANT holdfast_app TO <login>.',
      EXIT.config,
      { cause: error },
    );
  return explainPassword(error, 'DATABASE_URL');
}

/** Turns a failure to migrate into one that says what to correct, if it is the operator's to correct. */
export function explainMigrating(error: unknown, { owner, app }: DatabaseUrls): unknown {
  const url =
    owner === app ? 'DATABASE_URL' : 'the URL for migrations (DATABASE_MIGRATION_URL, else DATABASE_DIRECT_URL)';
  if (sqlStateOf(error) !== '22023') return explainPassword(error, url);
  return new StartupFault(
    `The database refuses the options in ${url}: a role or a setting that it does not know. Correct or remove them.`,
    EXIT.config,
    { cause: error },
  );
}

function explainPassword(error: unknown, url: string): unknown {
  const sqlState = sqlStateOf(error);
  if (sqlState !== '28P01' && sqlState !== '28000') return error;
  return new StartupFault(`The database refuses the user or password in ${url}. Correct them.`, EXIT.config, {
    cause: error,
  });
}

function sqlStateOf(error: unknown): string | undefined {
  const fault = toDatabaseError(error);
  return fault instanceof DatabaseError ? fault.sqlState : undefined;
}
