import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Bulkhead } from '../reliability/bulkhead/bulkhead.js';
import type { CircuitBreaker } from '../reliability/circuit/circuit-breaker.js';
import type { CircuitOutcome } from '../reliability/circuit/circuit.js';
import { currentContext } from '../reliability/context/request-context.js';
import type { AppError } from '../reliability/errors/app-error.js';
import type { Clock } from '../reliability/ports.js';
import { abandonable } from '../reliability/deadline/abandonable.js';
import { STATEMENT_TIMEOUT_MS } from './connection-options.js';
import { ConnectionWatch, DatabaseSilent, type WatchLimits } from './connection-watch.js';
import { DatabaseError, toDatabaseError } from './database-error.js';

/** One statement. With a name it is prepared once per connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

export interface WorkOptions {
  /** Gives the work up. Default: the deadline of the request being served; `null` for none. */
  signal?: AbortSignal | null;
  /** How long all of the work may take before the connection counts as dead, milliseconds. */
  limitMs?: number;
  /** How long each of its statements may take, where that is longer than the usual limit. */
  statementMs?: number;
}

export interface DatabaseParts {
  readonly dataSource: DataSource;
  readonly bulkhead: Bulkhead;
  readonly circuit: CircuitBreaker;
  readonly clock: Clock;
}

interface OpenTransaction {
  readonly runner: QueryRunner;
  /** The last savepoint begun here: those of one transaction take turns, or they would end each other. */
  savepoints: Promise<unknown>;
}

/** A connection for a while. */
interface Lease {
  readonly client: PoolClient;
  release(broken: boolean): void | Promise<void>;
}

/** How long a whole transaction may take, unless it says otherwise, milliseconds. */
const TRANSACTION_LIMIT_MS = 2 * STATEMENT_TIMEOUT_MS;

/**
 * The only way to the database: every call passes the bulkhead (so that the pool is never exhausted and never queued
 * for without bound) and the circuit, carries the caller's deadline, and fails in the taxonomy.
 */
export class Database {
  private readonly open = new AsyncLocalStorage<OpenTransaction>();
  /** When the database last let somebody wait in vain. */
  private silentAtMs = -Infinity;

  constructor(private readonly parts: DatabaseParts) {}

  /** Runs one statement in a transaction of its own, or in the open one. @throws AppError */
  async query<Row>(statement: Statement, values: readonly unknown[] = [], options: WorkOptions = {}): Promise<Row[]> {
    const transaction = this.open.getStore();
    if (transaction) return queryWith<Row>(transaction.runner, statement, values);
    return this.withLease(
      { limitMs: STATEMENT_TIMEOUT_MS, ...options },
      () => this.leaseClient(),
      async ({ client }) => {
        const { rows } = await client.query<Row & object>({ ...statement, values: [...values] });
        return rows;
      },
    );
  }

  /**
   * Runs the work in a transaction; inside another one, in a savepoint of it. Never call a provider in it.
   * @throws AppError, with everything rolled back.
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>, options: WorkOptions = {}): Promise<T> {
    const outer = this.open.getStore();
    if (outer) {
      const turn = outer.savepoints.then(() => this.within(outer.runner, work, releaseSavepoint));
      outer.savepoints = turn.catch(() => {});
      return turn;
    }
    const runner = this.parts.dataSource.createQueryRunner();
    return this.withLease(
      { limitMs: TRANSACTION_LIMIT_MS, ...options },
      async () => ({ client: (await runner.connect()) as PoolClient, release: () => runner.release() }),
      ({ client }) => this.within(runner, work, () => commit(client)),
    );
  }

  /** Whether the caller is inside a transaction. */
  get inTransaction(): boolean {
    return this.open.getStore() !== undefined;
  }

  private async leaseClient(): Promise<Lease> {
    // TypeORM's driver is the one owner of the pool; it has no public name for it.
    const { master } = this.parts.dataSource.driver as unknown as { master: Pool };
    const client = await master.connect();
    return { client, release: (broken) => client.release(broken) };
  }

  private async within<T>(
    runner: QueryRunner,
    work: (manager: EntityManager) => Promise<T>,
    keep: (runner: QueryRunner) => Promise<void>,
  ): Promise<T> {
    await runner.startTransaction();
    try {
      const result = await this.open.run({ runner, savepoints: Promise.resolve() }, () => work(runner.manager));
      await keep(runner);
      return result;
    } catch (error) {
      // The first error is the one that tells; on a lost connection the server rolls back by itself.
      await runner.rollbackTransaction().catch(() => {});
      throw toDatabaseError(error);
    }
  }

  private async withLease<T>(
    { limitMs, statementMs = STATEMENT_TIMEOUT_MS, signal: given }: WorkOptions & { limitMs: number },
    connect: () => Promise<Lease>,
    work: (lease: Lease) => Promise<T>,
  ): Promise<T> {
    const signal = (given === undefined ? currentContext()?.deadline.signal : given) ?? undefined;
    const askedMs = this.parts.clock.monotonicMs();
    const place = await this.parts.bulkhead.acquire({ signal });
    try {
      // Whoever waited for a place meanwhile must not wait as long again to learn the same.
      if (this.silentAtMs > askedMs) throw new DatabaseSilent();
      const permit = this.parts.circuit.admitOrThrow();
      const { result, outcome } = await this.attempt({
        connect,
        work,
        signal,
        limits: { limitMs, silenceMs: statementMs },
      });
      permit.record(outcome);
      return await result;
    } finally {
      place.release();
    }
  }

  /** Takes note of silence. */
  private heard<E>(error: E): E {
    if (error instanceof DatabaseSilent) this.silentAtMs = this.parts.clock.monotonicMs();
    return error;
  }

  /** Never rejects: tells what the attempt says about the database beside its result. */
  private async attempt<T>({ connect, work, signal, limits }: Attempt<T>): Promise<Settled<T>> {
    let lease: Lease;
    try {
      lease = await abandonable(connect(), signal, (late) => void late.release(false));
    } catch (error) {
      const abandoned = signal?.aborted ?? false;
      return failed(abandoned ? error : this.heard(noConnection(error)), abandoned ? 'neutral' : 'failure');
    }
    const watch = new ConnectionWatch(lease.client, signal, this.parts.clock, limits);
    let broken = false;
    try {
      return { result: Promise.resolve(await work(lease)), outcome: 'success' };
    } catch (error) {
      const cause = this.heard(watch.outcome ? watch.outcome.reason : toDatabaseError(error));
      const lost = cause instanceof DatabaseError && cause.fault === 'unavailable';
      broken = lost || watch.outcome !== undefined;
      return failed(cause, watch.abandoned ? 'neutral' : lost ? 'failure' : 'success');
    } finally {
      watch.stop();
      // A connection that cannot be given back is the pool's concern; the permit must be recorded all the same.
      await Promise.resolve(lease.release(broken)).catch(() => {});
    }
  }
}

interface Attempt<T> {
  readonly connect: () => Promise<Lease>;
  readonly work: (lease: Lease) => Promise<T>;
  readonly signal: AbortSignal | undefined;
  readonly limits: WatchLimits;
}

interface Settled<T> {
  readonly result: Promise<T>;
  readonly outcome: CircuitOutcome;
}

function failed<T>(error: unknown, outcome: CircuitOutcome): Settled<T> {
  const result = Promise.reject<T>(error);
  result.catch(() => {});
  return { result, outcome };
}

/** pg-pool's error when a server that could be reached did not let us in. */
function isConnectTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Connection terminated due to connection timeout';
}

/** Whatever keeps us from connecting, a refused login included: to callers the database is not there. */
function noConnection(error: unknown): AppError {
  if (isConnectTimeout(error)) return new DatabaseSilent({ cause: error });
  const fault = toDatabaseError(error);
  return fault.code === 'internal_error' ? new DatabaseError('unavailable', { cause: error }) : fault;
}

async function queryWith<Row>(runner: QueryRunner, statement: Statement, values: readonly unknown[]): Promise<Row[]> {
  try {
    const result: { records: Row[] } = await runner.query(statement.text, [...values], true);
    return result.records;
  } catch (error) {
    throw toDatabaseError(error);
  }
}

function releaseSavepoint(runner: QueryRunner): Promise<void> {
  return runner.commitTransaction();
}

/** After a failed statement that the work did not pass on, COMMIT succeeds as a ROLLBACK: nothing would be kept. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error(`a statement of the transaction has failed unheard: ${command}`);
}
