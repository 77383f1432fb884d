import { appDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { TenantTransaction } from '../../src/database/tenant-transaction.js';
import { Bulkhead } from '../../src/reliability/bulkhead/bulkhead.js';
import { CircuitRegistry } from '../../src/reliability/circuit/circuit.registry.js';
import type { CircuitBreaker } from '../../src/reliability/circuit/circuit-breaker.js';
import { systemClock, systemSleep } from '../../src/reliability/ports.js';
import { SCHEMA } from '../../src/schema.js';
import type { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The database as the features see it, on real Postgres, without the application around it. */
export interface DatabaseRoom {
  readonly owner: TestDatabase;
  readonly dataSource: DataSource;
  readonly database: Database;
  readonly transaction: TenantTransaction;
  readonly bulkhead: Bulkhead;
  readonly circuit: CircuitBreaker;
  close(): Promise<void>;
}

/** @param options.settings start-up options that the operator has written into the URL. */
export async function openDatabaseRoom(options: { poolSize?: number; settings?: string } = {}): Promise<DatabaseRoom> {
  const { poolSize = 4, settings } = options;
  const owner = await createTestDatabase();
  const url = new URL(owner.url);
  if (settings !== undefined) url.searchParams.set('options', settings);
  const dataSource = appDataSource({
    url: url.href,
    direct: true,
    poolSize,
    schema: SCHEMA,
    onIdleError: () => {},
  });
  await dataSource.initialize();
  const clock = systemClock;
  const bulkhead = new Bulkhead('database', { limit: poolSize, queueLimit: 500 }, clock);
  const leases = new Bulkhead('database leases', { limit: 1 }, clock);
  const circuits = new CircuitRegistry(clock);
  const circuit = circuits.get('database', { failures: 1_000 });
  const database = new Database({ dataSource, bulkhead, leases, circuit, clock });
  return {
    owner,
    dataSource,
    database,
    transaction: new TenantTransaction(database, { clock, sleep: systemSleep, random: Math.random }),
    bulkhead,
    circuit,
    close: async () => {
      await dataSource.destroy();
      circuits.onApplicationShutdown();
      await owner.drop();
    },
  };
}
