import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { STATEMENT_TIMEOUT_MS } from './connection-options.js';
import { Connections, type ConnectionsParts, type Loan, type WorkOptions } from './connections.js';
import { CopyOut, withValues } from './copy-out.js';
import type { CopyRow } from './copy-row.js';
import { toDatabaseError } from './database-error.js';

/** One statement. With a name it is prepared once per connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

export interface DatabaseParts extends ConnectionsParts {
  readonly dataSource: DataSource;
}

interface OpenTransaction {
  readonly runner: QueryRunner;
  /** Settles when the last savepoint begun here ends: savepoints take turns, since overlapping ones would release each other. */
  savepoints: Promise<unknown>;
  /** To be called once the whole transaction is committed. */
  readonly afterCommit: (() => void)[];
}

/** How the work is kept: by a commit, or by releasing a savepoint. */
interface Keeping {
  readonly keep: (runner: QueryRunner) => Promise<void>;
}

/** How long a whole transaction may take, unless it says otherwise, milliseconds. */
const TRANSACTION_LIMIT_MS = 2 * STATEMENT_TIMEOUT_MS;

/** The only way to the database: every statement runs on a connection of {@link Connections}, and fails in the taxonomy. */
export class Database {
  private readonly dataSource: DataSource;
  private readonly connections: Connections;
  private readonly open = new AsyncLocalStorage<OpenTransaction>();

  constructor({ dataSource, ...parts }: DatabaseParts) {
    this.dataSource = dataSource;
    this.connections = new Connections(parts);
  }

  /** Runs one statement in a transaction of its own, or in the open one. @throws AppError */
  async query<Row>(statement: Statement, values: readonly unknown[] = [], options: WorkOptions = {}): Promise<Row[]> {
    const transaction = this.open.getStore();
    if (transaction) return queryWith<Row>(transaction.runner, statement, values);
    const work = async ({ client }: Loan): Promise<Row[]> => {
      const { rows } = await client.query<Row & object>({ ...statement, values: [...values] });
      return rows;
    };
    return this.connections.use({ connect: () => this.borrow(), work }, { limitMs: STATEMENT_TIMEOUT_MS, ...options });
  }

  /**
   * Reads the rows of a query as bytes, each as soon as it comes, in a transaction of its own or in the open one.
   * @param values whole numbers and UUIDs only.
   * @param onRow is called with each row, and must read it before it returns. A failure may come after some of the rows.
   * @throws AppError; what `onRow` throws, as a defect.
   */
  async copy(
    { text }: Statement,
    values: readonly (string | number)[],
    onRow: (row: CopyRow) => void,
    options: WorkOptions = {},
  ): Promise<void> {
    const query = withValues(text, values);
    const work = async ({ client }: Pick<Loan, 'client'>): Promise<void> =>
      client.query(new CopyOut(query, onRow)).done;
    const transaction = this.open.getStore();
    if (!transaction)
      return this.connections.use(
        { connect: () => this.borrow(), work },
        { limitMs: STATEMENT_TIMEOUT_MS, ...options },
      );
    try {
      await work({ client: (await transaction.runner.connect()) as PoolClient });
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  /**
   * Runs the work in a transaction; inside another one, in a savepoint of it. Never call a provider in it.
   * @throws AppError, with everything rolled back.
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>, options: WorkOptions = {}): Promise<T> {
    const outer = this.open.getStore();
    if (outer) {
      const { runner, afterCommit } = outer;
      const turn = outer.savepoints.then(() => this.within({ runner, afterCommit, keep: releaseSavepoint }, work));
      outer.savepoints = turn.catch(() => {});
      return turn;
    }
    const runner = this.dataSource.createQueryRunner();
    const afterCommit: (() => void)[] = [];
    const result = await this.connections.use(
      {
        connect: async () => ({ client: (await runner.connect()) as PoolClient, release: () => runner.release() }),
        work: ({ client }) => this.within({ runner, afterCommit, keep: () => commit(client) }, work),
      },
      { limitMs: TRANSACTION_LIMIT_MS, ...options },
    );
    for (const then of afterCommit) then();
    return result;
  }

  /**
   * Calls `then` once the caller's writes are committed: after the open transaction, or at once when none is open. It must not
   * throw. It is called even if the savepoint in which the caller asked for it was rolled back.
   */
  afterCommit(then: () => void): void {
    const transaction = this.open.getStore();
    if (transaction) transaction.afterCommit.push(then);
    else then();
  }

  /** Whether the caller is inside a transaction. */
  get inTransaction(): boolean {
    return this.open.getStore() !== undefined;
  }

  private async borrow(): Promise<Loan> {
    // TypeORM's driver owns the pool, and has no public name for it.
    const { master } = this.dataSource.driver as unknown as { master: Pool };
    const client = await master.connect();
    return { client, release: (broken) => client.release(broken) };
  }

  private async within<T>(
    { runner, afterCommit, keep }: Pick<OpenTransaction, 'runner' | 'afterCommit'> & Keeping,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    await runner.startTransaction();
    try {
      const transaction = { runner, afterCommit, savepoints: Promise.resolve() };
      const result = await this.open.run(transaction, () => work(runner.manager));
      await keep(runner);
      return result;
    } catch (error) {
      // Report the first error, not the rollback's: on a lost connection the server rolls back by itself.
      await runner.rollbackTransaction().catch(() => {});
      throw toDatabaseError(error);
    }
  }
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

/** If the work swallowed the error of a statement, Postgres answers COMMIT with ROLLBACK, and keeps nothing. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error(`a statement of the transaction has failed unheard: ${command}`);
}
