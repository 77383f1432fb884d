import type { EntityManager, QueryRunner } from 'typeorm';
import { currentContext } from '../reliability/context/request-context.js';
import { AppError } from '../reliability/errors/app-error.js';
import { compileRetryPolicy } from '../reliability/retry/retry-policy.js';
import { retry, type RetryPorts } from '../reliability/retry/retry.js';
import { BATCH_STATEMENT_TIMEOUT_MS } from './connection-options.js';
import { DatabaseError } from './database-error.js';
import type { Database } from './database.js';

export interface TenantTransactionOptions {
  /** UUID. Default: the tenant of the request being served. */
  tenantId?: string;
  /** Statements may take 30 s instead of 5 s. */
  batch?: boolean;
}

/** A transaction that lost to another is soon retried up to three times; one that got no lock in 2 s is tried once more. */
const LOST = compileRetryPolicy({ maxAttempts: 4, baseMs: 40, capMs: 500, totalMs: 10_000, retryable: isLost });
const LOCKED = compileRetryPolicy({ maxAttempts: 2, baseMs: 40, capMs: 500, totalMs: 10_000, retryable: isLocked });

/** Transactions in which one tenant's rows, and no others, can be seen. */
export class TenantTransaction {
  private readonly tenantOf = new WeakMap<QueryRunner, string>();

  constructor(
    private readonly database: Database,
    private readonly ports: RetryPorts,
  ) {}

  /**
   * Runs the work for one tenant. A transaction that loses against another one (40001, 40P01; a lock timeout once) runs
   * again from its start, so the work must have no effect outside the database. Nested calls are savepoints, for the
   * same tenant.
   * @throws AppError
   */
  async run<T>(work: (manager: EntityManager) => Promise<T>, options: TenantTransactionOptions = {}): Promise<T> {
    const context = currentContext();
    const tenantId = options.tenantId ?? context?.principal?.tenantId;
    if (tenantId === undefined) throw new AppError('internal_error', { cause: new Error('no tenant to run for') });
    const once = () => this.once(tenantId, work, options.batch ?? false);
    // A savepoint cannot be tried again by itself: the whole transaction has lost.
    if (this.database.inTransaction) return once();
    const { ports } = this;
    const deadline = context?.deadline;
    return retry(() => retry(once, { policy: LOST, ports, deadline }), { policy: LOCKED, ports, deadline });
  }

  private once<T>(tenantId: string, work: (manager: EntityManager) => Promise<T>, batch: boolean): Promise<T> {
    const settings = `SELECT set_config('app.tenant_id', $1, true)`;
    const patience = `, set_config('statement_timeout', '${BATCH_STATEMENT_TIMEOUT_MS}', true)`;
    return this.database.transaction(
      async (manager) => {
        this.claim(manager, tenantId);
        await manager.query(batch ? settings + patience : settings, [tenantId]);
        return work(manager);
      },
      { tenantId, ...(batch ? { limitMs: BATCH_STATEMENT_TIMEOUT_MS, statementMs: BATCH_STATEMENT_TIMEOUT_MS } : {}) },
    );
  }

  /** A tenant set in a savepoint holds for the rest of its transaction, which would then see another tenant's rows. */
  private claim({ queryRunner }: EntityManager, tenantId: string): void {
    if (!queryRunner) return;
    const before = this.tenantOf.get(queryRunner);
    if (before !== undefined && before !== tenantId)
      throw new AppError('internal_error', { cause: new Error('a transaction is for one tenant') });
    this.tenantOf.set(queryRunner, tenantId);
  }
}

function isLost(error: unknown): boolean {
  return error instanceof DatabaseError && error.fault === 'serialization';
}

function isLocked(error: unknown): boolean {
  return error instanceof DatabaseError && error.fault === 'lock_timeout';
}
