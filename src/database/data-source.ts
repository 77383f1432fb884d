import type { ClientBase } from 'pg';
import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import { appConnection, ownerConnection } from './connection-options.js';

export type EntityClass = abstract new (...args: never[]) => unknown;

/** The schema of the database: the entities of every feature, and the migrations that lead there. */
export interface SchemaDefinition {
  readonly entities: readonly (EntityClass | EntitySchema)[];
  readonly migrations: readonly (new () => MigrationInterface)[];
}

/** The default schema, that of our own tables; the entity of a tenant's table names its schema itself. */
export const SYSTEM_SCHEMA = 'system';
export const MIGRATIONS_TABLE = 'migrations';

const COMMON = {
  type: 'postgres',
  schema: SYSTEM_SCHEMA,
  migrationsTableName: MIGRATIONS_TABLE,
  migrationsTransactionMode: 'each',
  synchronize: false,
  logging: false,
  installExtensions: false,
} as const;

export interface AppDataSourceOptions {
  url: string;
  /** Whether the URL reaches Postgres itself and not a pooler. */
  direct: boolean;
  poolSize: number;
  schema: SchemaDefinition;
  /** Called when a pooled connection broke while idle; the pool replaces it by itself. */
  onIdleError: (error: unknown) => void;
}

/** The data source that serves requests. */
export function appDataSource({ url, direct, poolSize, schema, onIdleError }: AppDataSourceOptions): DataSource {
  return new DataSource({
    ...COMMON,
    url,
    entities: [...schema.entities] as NonNullable<DataSourceOptions['entities']>,
    poolSize,
    poolErrorHandler: onIdleError,
    extra: { ...appConnection(url, direct), idleTimeoutMillis: 60_000, onConnect: surviveErrors },
  });
}

/**
 * The pool listens for a client's errors only while the client is idle. If the server ends a connection in the packet that
 * admits it, or while it is lent, the unheard error would end the process; the pending work fails anyway.
 */
function surviveErrors(client: ClientBase): void {
  client.on('error', () => {});
}

/** The data source that changes the schema. */
export function ownerDataSource(url: string, schema: SchemaDefinition): DataSource {
  return new DataSource({
    ...COMMON,
    url,
    entities: [...schema.entities] as NonNullable<DataSourceOptions['entities']>,
    migrations: [...schema.migrations],
    poolSize: 2,
    extra: { ...ownerConnection(url), onConnect: surviveErrors },
  });
}
