import type { PoolClient } from 'pg';
import type { Bulkhead } from '../reliability/bulkhead/bulkhead.js';
import type { CircuitBreaker } from '../reliability/circuit/circuit-breaker.js';
import type { CircuitOutcome } from '../reliability/circuit/circuit.js';
import { currentContext } from '../reliability/context/request-context.js';
import { abandonable } from '../reliability/deadline/abandonable.js';
import type { AppError } from '../reliability/errors/app-error.js';
import type { Clock } from '../reliability/ports.js';
import { STATEMENT_TIMEOUT_MS } from './connection-options.js';
import { ConnectionWatch, DatabaseSilent, isHasty, type WatchLimits } from './connection-watch.js';
import { DatabaseError, toDatabaseError } from './database-error.js';

export interface WorkOptions {
  /** The tenant (UUID) whose share of the places the work takes. Default: the tenant of the request being served. */
  tenantId?: string;
  /** The work keeps a lease that is running out: it takes a place that only leases may have. Short work only. */
  isLease?: boolean;
  /** Aborts the work. Default: the deadline of the request being served; `null` for none. */
  signal?: AbortSignal | null;
  /** How long all of the work may take before the connection counts as dead, milliseconds. */
  limitMs?: number;
  /** How long the server may be silent before the connection counts as dead, milliseconds. Default: its statement limit. */
  statementMs?: number;
}

export interface ConnectionsParts {
  readonly bulkhead: Bulkhead;
  /** The places for leases alone. */
  readonly leases: Bulkhead;
  readonly circuit: CircuitBreaker;
  readonly clock: Clock;
}

/** A borrowed connection. */
export interface Loan {
  readonly client: PoolClient;
  release(broken: boolean): void | Promise<void>;
}

/** How to get a connection, and what to do on it. */
export interface Errand<T> {
  readonly connect: () => Promise<Loan>;
  readonly work: (loan: Loan) => Promise<T>;
}

/**
 * The only way to a connection. A call passes the bulkhead, which keeps the pool from exhaustion and its queue from growing
 * without bound, and then the circuit. It ends with the caller's deadline or at the limits of the work.
 */
export class Connections {
  /** When a call last met {@link DatabaseSilent}, in monotonic milliseconds. */
  private silentAtMs = -Infinity;

  constructor(private readonly parts: ConnectionsParts) {}

  /** Does the work on a connection, which is given back whatever happens. @throws AppError */
  async use<T>(errand: Errand<T>, options: WorkOptions & { limitMs: number }): Promise<T> {
    const { limitMs, statementMs = STATEMENT_TIMEOUT_MS } = options;
    const context = currentContext();
    const signal = (options.signal === undefined ? context?.deadline.signal : options.signal) ?? undefined;
    const askedMs = this.parts.clock.monotonicMs();
    const { bulkhead, leases } = this.parts;
    const key = options.tenantId ?? context?.principal?.tenantId;
    const place = await (options.isLease === true ? leases : bulkhead).acquire({ key, signal });
    try {
      // The database fell silent while this call waited for a place: it must not wait as long again to learn that.
      if (this.silentAtMs > askedMs) throw new DatabaseSilent();
      const permit = this.parts.circuit.admitOrThrow();
      const { result, outcome } = await this.attempt(errand, { limitMs, silenceMs: statementMs }, signal);
      permit.record(outcome);
      return await result;
    } finally {
      place.release();
    }
  }

  /** Never rejects: returns the result together with the outcome for the circuit. */
  private async attempt<T>(
    { connect, work }: Errand<T>,
    limits: WatchLimits,
    signal: AbortSignal | undefined,
  ): Promise<Settled<T>> {
    const askedMs = this.parts.clock.monotonicMs();
    const hurry = this.hurryOf(limits);
    const quit = hurry && signal ? AbortSignal.any([signal, hurry.signal]) : (hurry?.signal ?? signal);
    let loan: Loan;
    try {
      loan = await abandonable(connect(), quit, (late) => void late.release(false));
    } catch (error) {
      const abandoned = quit?.aborted ?? false;
      return failed(abandoned ? error : this.heard(noConnection(error)), abandoned ? 'neutral' : 'failure');
    } finally {
      hurry?.end();
    }
    // The time of a call in haste is for all of it: what it waited for its connection is gone.
    const spentMs = hurry ? this.parts.clock.monotonicMs() - askedMs : 0;
    const left = { ...limits, limitMs: limits.limitMs - spentMs };
    const watch = new ConnectionWatch(loan.client, signal, this.parts.clock, left);
    let broken = false;
    try {
      return { result: Promise.resolve(await work(loan)), outcome: 'success' };
    } catch (error) {
      const reason = watch.outcome ? watch.outcome.reason : toDatabaseError(error);
      const hasty = isHasty(limits) && reason instanceof DatabaseSilent;
      const cause = hasty ? reason : this.heard(reason);
      const lost = cause instanceof DatabaseError && cause.fault === 'unavailable';
      broken = lost || watch.outcome !== undefined;
      return failed(cause, watch.abandoned || hasty ? 'neutral' : lost ? 'failure' : 'success');
    } finally {
      watch.stop();
      // A release that fails is the pool's concern: the caller must still record the permit.
      await Promise.resolve(loan.release(broken)).catch(() => {});
    }
  }

  /** A call in haste waits no longer for a connection than for an answer; others as long as the pool lets them. */
  private hurryOf(limits: WatchLimits): { readonly signal: AbortSignal; readonly end: () => void } | undefined {
    if (!isHasty(limits)) return undefined;
    const late = new AbortController();
    const end = this.parts.clock.schedule(limits.silenceMs, () => late.abort(new DatabaseSilent()));
    return { signal: late.signal, end };
  }

  /** Notes the time when the error is a {@link DatabaseSilent}. */
  private heard<E>(error: E): E {
    if (error instanceof DatabaseSilent) this.silentAtMs = this.parts.clock.monotonicMs();
    return error;
  }
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

/** pg-pool's error when a new connection was not ready within `connectionTimeoutMillis`. */
function isConnectTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Connection terminated due to connection timeout';
}

/** To callers, any failure to connect means that the database is unavailable, a refused login included. */
function noConnection(error: unknown): AppError {
  if (isConnectTimeout(error)) return new DatabaseSilent({ cause: error });
  const fault = toDatabaseError(error);
  return fault.code === 'internal_error' ? new DatabaseError('unavailable', { cause: error }) : fault;
}
