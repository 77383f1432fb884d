import { Module, type DynamicModule } from '@nestjs/common';
import { reserveFor } from '../reliability/bulkhead/bulkhead-options.js';
import { BulkheadRegistry } from '../reliability/bulkhead/bulkhead.registry.js';
import { CircuitRegistry } from '../reliability/circuit/circuit.registry.js';
import { Idempotency } from '../reliability/idempotency/idempotency.js';
import { CLOCK, RANDOM, SLEEP, type Clock, type Random, type Sleep } from '../reliability/ports.js';
import { RETRY_PORTS, type RetryPorts } from '../reliability/retry/retry.js';
import { Database } from './database.js';
import { PostgresIdempotencyStore } from './idempotency/idempotency.store.js';
import { DatabaseNotices } from './notices.js';
import type { OpenDatabase } from './open-database.js';
import { DatabaseReachability } from './reachability.js';
import { TenantTransaction } from './tenant-transaction.js';

/**
 * The share of the pool that calls may use at once (the rest is for leases), how many calls may wait, and how long
 * (milliseconds).
 */
const POOL_SHARE = 0.95;
const MAX_WAITERS = 50;
const MAX_WAIT_MS = 5_000;

/** A database that comes back should be noticed at once: a probe costs one connection. */
const CIRCUIT = { failures: 5, windowMs: 60_000, openMs: 1_000, successes: 1, probeLeaseMs: 15_000 } as const;

/** The open database, for all rooms above. */
@Module({})
export class DatabaseModule {
  static forRoot({ dataSource, url, direct, directUrl }: OpenDatabase, poolSize: number): DynamicModule {
    const providers = [
      {
        provide: Database,
        inject: [BulkheadRegistry, CircuitRegistry, CLOCK],
        useFactory: (bulkheads: BulkheadRegistry, circuits: CircuitRegistry, clock: Clock) => {
          const places = Math.max(1, Math.floor(poolSize * POOL_SHARE));
          const waiting = { queueLimit: MAX_WAITERS, queueWaitMs: MAX_WAIT_MS };
          return new Database({
            dataSource,
            bulkhead: bulkheads.get('database', { limit: places, reserve: reserveFor(places), ...waiting }),
            leases: bulkheads.get('database leases', { limit: poolSize - places, ...waiting }),
            circuit: circuits.get('database', CIRCUIT),
            clock,
          });
        },
      },
      {
        provide: TenantTransaction,
        inject: [Database, RETRY_PORTS],
        useFactory: (database: Database, ports: RetryPorts) => new TenantTransaction(database, ports),
      },
      {
        provide: Idempotency,
        inject: [Database, CLOCK, SLEEP],
        useFactory: (database: Database, clock: Clock, sleep: Sleep) =>
          new Idempotency(new PostgresIdempotencyStore(database), { clock, sleep }),
      },
      {
        provide: DatabaseReachability,
        inject: [CLOCK],
        useFactory: (clock: Clock) => new DatabaseReachability(url, direct, clock),
      },
      {
        provide: DatabaseNotices,
        inject: [CLOCK, RANDOM],
        useFactory: (clock: Clock, random: Random) => new DatabaseNotices({ url: directUrl, clock, random }),
      },
    ];
    return { module: DatabaseModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
