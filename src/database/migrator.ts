import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { EXIT, StartupFault } from '../config/startup-fault.js';
import { APP_ROLE, ownerConnection } from './connection-options.js';
import { MIGRATIONS_TABLE, ownerDataSource, SYSTEM_SCHEMA, type SchemaDefinition } from './data-source.js';
import { toDatabaseError } from './database-error.js';
import { explainConnecting } from './startup-wait.js';

/** Any constant will do, as long as every version of Holdfast uses the same one. */
const MIGRATION_LOCK = 4_861_523_907;

/** How long a replica waits while another one migrates. */
const LOCK_WAIT_MS = 120_000;

export interface MigratorOptions {
  /** The owner's URL, past any pooler: an advisory lock belongs to a session. */
  url: string;
  schema: SchemaDefinition;
  /** Login role of the pooled connections, when it is another one than the owner. */
  appLogin?: string | undefined;
}

/** Changes the schema, one process at a time whatever the number of replicas. */
export class Migrator {
  constructor(private readonly options: MigratorOptions) {}

  /** Runs the pending migrations. @returns the names of those that ran. */
  async up(): Promise<string[]> {
    return this.exclusively(async (owner) => {
      const ran = await owner.runMigrations();
      await this.admitAppLogin(owner);
      return ran.map((migration) => migration.name);
    });
  }

  /** As {@link up}, without the lock and its round trips when there is nothing to do. */
  async upIfPending(): Promise<string[]> {
    const client = await this.connect();
    try {
      const ask: Query = async (text, values) => (await client.query<object>(text, values)).rows;
      if ((await pendingMigrations(ask, this.options.schema)).length === 0) return [];
    } finally {
      await client.end();
    }
    return this.up();
  }

  /** Reverts the newest migration. */
  async down(): Promise<void> {
    await this.exclusively((owner) => owner.undoLastMigration());
  }

  /** The SQL that would bring the tables in line with the entities; empty when they agree. */
  async drift(): Promise<string[]> {
    return this.exclusively(async (owner) => {
      const { upQueries } = await owner.driver.createSchemaBuilder().log();
      return upQueries.map((query) => query.query);
    });
  }

  private async exclusively<T>(work: (owner: DataSource) => Promise<T>): Promise<T> {
    const holder = await this.connect();
    try {
      await this.lock(holder);
      const owner = ownerDataSource(this.options.url, this.options.schema);
      await owner.initialize();
      try {
        return await work(owner);
      } finally {
        await owner.destroy();
      }
    } catch (error) {
      throw explain(error);
    } finally {
      await holder.end();
    }
  }

  private async connect(): Promise<Client> {
    const client = new Client(ownerConnection(this.options.url));
    // A broken connection fails the query in flight as well; without a listener its error would end the process.
    client.on('error', () => {});
    await client.connect().catch((error: unknown) => {
      throw explainConnecting(error);
    });
    await assertUtf8(client).catch(async (error: unknown) => {
      await client.end();
      throw error;
    });
    return client;
  }

  private async lock(holder: Client): Promise<void> {
    await holder.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // TypeORM keeps its list of migrations in this schema, so it must be there before the first one.
    const { rowCount } = await holder.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [SYSTEM_SCHEMA]);
    if (rowCount === 0) await holder.query(`CREATE SCHEMA ${SYSTEM_SCHEMA}`);
  }

  private async admitAppLogin(owner: DataSource): Promise<void> {
    const { appLogin } = this.options;
    if (appLogin === undefined) return;
    const [row] = await owner.query<{ member: boolean; name: string }[]>(
      `SELECT pg_has_role(rolname, '${APP_ROLE}', 'MEMBER') AS member, quote_ident(rolname) AS name FROM pg_roles WHERE rolname = $1`,
      [appLogin],
    );
    if (row && !row.member) await owner.query(`GRANT ${APP_ROLE} TO ${row.name}`);
  }
}

/** In another encoding most characters cannot be stored. @throws StartupFault */
async function assertUtf8(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new StartupFault(
    `The database has the encoding ${encoding}, but Holdfast needs UTF8. Make a new one: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
    EXIT.config,
  );
}

/** The first migration lets the application read the list of migrations: where it may not, none has run. */
const READABLE_LIST = `
  SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relname = $2
     AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`;

type Query = (text: string, values?: unknown[]) => Promise<unknown[]>;

/** Names of the migrations that this version has and the database lacks. Migrations of a newer version do not count. */
export async function pendingMigrations(query: Query, schema: SchemaDefinition): Promise<string[]> {
  const wanted = schema.migrations.map((migration) => migration.name);
  if ((await query(READABLE_LIST, [SYSTEM_SCHEMA, MIGRATIONS_TABLE])).length === 0) return wanted;
  const done = (await query(`SELECT name FROM ${SYSTEM_SCHEMA}.${MIGRATIONS_TABLE}`)) as { name: string }[];
  const names = new Set(done.map((row) => row.name));
  return wanted.filter((name) => !names.has(name));
}

function explain(error: unknown): unknown {
  const fault = toDatabaseError(error);
  const sqlState = 'sqlState' in fault ? fault.sqlState : undefined;
  if (sqlState === '42501')
    return new StartupFault(
      'The database role may not change the schema. Set DATABASE_MIGRATION_URL to the owner, or set HOLDFAST_MIGRATE=off and run `npm run migrate` as the owner.',
      EXIT.config,
      { cause: error },
    );
  if (sqlState === '55P03')
    return new StartupFault(
      'A migration could not get its lock in time: another process is migrating, or a long transaction holds a table. That migration changed nothing; start again.',
      EXIT.unavailable,
      { cause: error },
    );
  return error;
}
