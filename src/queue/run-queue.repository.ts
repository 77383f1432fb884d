import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DatabaseSilent } from '../database/connection-watch.js';
import { Database, type Statement } from '../database/database.js';
import { IDEMPOTENT_AGAIN } from '../database/retry-terms.js';
import { Listeners } from '../reliability/listeners.js';
import { Retry } from '../reliability/retry/retry.decorator.js';
import { isPassing } from '../reliability/retry/retry-policy.js';

/** The channel on which idle workers listen for runs. */
export const RUNS_CHANNEL = 'holdfast_runs';

/** The channel on which workers listen for wishes about the runs that they hold. */
export const WISHES_CHANNEL = 'holdfast_wishes';

/** A run that a worker holds until its lease ends. */
export interface ClaimedRun {
  readonly sessionId: string;
  readonly tenantId: string;
  /** Sent with every write, so that a former holder's writes are refused. */
  readonly fence: number;
  /** Leases that ran out without an event: by their number a poisonous run is recognised. */
  readonly stalls: number;
  readonly lastSequence: number;
  readonly wanted: 'pause' | 'cancel' | null;
  /** How long workers have held it in this attempt, by the database's clock, milliseconds. */
  readonly runningMs: number;
  /** The result of `session_open`: a worker that begins the session needs no more, one that continues it only the log. */
  readonly opening: unknown;
}

/** A run that is still the worker's. */
export interface HeldRun {
  readonly sessionId: string;
  readonly fence: number;
  readonly wanted: 'pause' | 'cancel' | null;
}

/** A run by its claim. */
export type RunKey = Pick<ClaimedRun, 'sessionId' | 'fence'>;

/** Which runs a worker may take. */
export interface ClaimOptions {
  /** How many of the places are only for tenants of which no worker holds a run. @default 0 */
  readonly reserved?: number;
  /** Whether runs whose lease has run out are taken as well. @default true */
  readonly expired?: boolean;
  readonly signal?: AbortSignal | null;
}

/** A wish about a run that a worker holds. */
export interface RunWish extends RunKey {
  readonly wish: NonNullable<ClaimedRun['wanted']>;
}

/** A worker, and how long its leases last. */
export interface LeaseTerms {
  /** UUID, new at each start of a process. */
  readonly worker: string;
  readonly leaseMs: number;
}

const ENQUEUE = `
  INSERT INTO system.runs AS r (session_id, tenant_id, state, queued_at) VALUES ($2, $1, 'queued', clock_timestamp())
  ON CONFLICT (session_id) DO UPDATE
     SET state = 'queued', queued_at = excluded.queued_at, worker = NULL, lease_until = NULL, claimed_sequence = NULL,
         attempt_started_at = NULL, stalls = 0
   WHERE r.tenant_id = excluded.tenant_id`;

/** The running time so far counts for the attempt before. */
const BEGIN_ATTEMPT = 'UPDATE system.runs SET ran_ms = 0 WHERE session_id = $2 AND tenant_id = $1';

const WAKE_UP = `SELECT pg_notify('${RUNS_CHANNEL}', '')`;
const WISH = `SELECT pg_notify('${WISHES_CHANNEL}', '')`;

const CLAIM: Statement = {
  name: 'run-claim',
  text: `SELECT session_id AS "sessionId", tenant_id AS "tenantId", fence, stalls, last_sequence AS "lastSequence", wanted,
                running_ms::float8 AS "runningMs",
                session_open(tenant_id, session_id) AS opening
           FROM run_claim_places($1::uuid, $2::integer, $3::integer, $4::integer, $5::boolean)`,
};

const RENEW: Statement = {
  name: 'run-renew',
  text: 'SELECT session_id AS "sessionId", fence, wanted FROM run_renew($1::uuid, $2::uuid[], $3::integer[], $4::integer)',
};

const RELEASE: Statement = {
  name: 'run-release',
  text: 'SELECT released FROM run_hand_back($1::uuid, $2::uuid[], $3::integer[]) AS released',
};

const DEPTH: Statement = {
  name: 'run-depth',
  text: `SELECT count(*)::integer AS depth FROM system.runs WHERE state = 'queued'`,
};

/** So short that three attempts fit into a lease; places of their own keep them from waiting for other queries. */
const LEASE_LIMITS = { limitMs: 1_500, statementMs: 1_500, isLease: true };

/** An attempt that met silence is repeated as well: only its connection may be dead, and the lease runs on. */
const RENEW_AGAIN = {
  maxAttempts: 3,
  baseMs: 50,
  capMs: 200,
  totalMs: 5_000,
  budget: 'leases',
  retryable: (error: unknown) => isPassing(error) || error instanceof DatabaseSilent,
};

/** The runs that wait for a worker, and those that have one. */
@Injectable()
export class RunQueueRepository {
  /** Called with each wish as soon as this process has committed it. */
  readonly wishes = new Listeners<RunWish>();

  constructor(private readonly database: Database) {}

  /**
   * Queues a session within the caller's transaction, which holds the session's lock or has just made the session. Workers
   * hear of it after the commit.
   */
  async enqueue(
    manager: EntityManager,
    { tenantId, sessionId }: { tenantId: string; sessionId: string },
  ): Promise<void> {
    await manager.query(ENQUEUE, [tenantId, sessionId]);
    await manager.query(WAKE_UP);
  }

  /** Gives a session that is queued again the whole time of an attempt, within the caller's transaction. */
  async beginAttempt(manager: EntityManager, key: { tenantId: string; sessionId: string }): Promise<void> {
    await manager.query(BEGIN_ATTEMPT, [key.tenantId, key.sessionId]);
  }

  /**
   * Announces a wish with the commit of the caller's transaction: to this process's worker at once, before the client's answer;
   * the workers of other processes are told to look. A worker that misses it learns of it with its next append or renewal.
   */
  async announceWish(manager: EntityManager, { sessionId, fence, wish }: RunWish): Promise<void> {
    await manager.query(WISH);
    this.database.afterCommit(() => this.wishes.notify({ sessionId, fence, wish }));
  }

  /**
   * Takes up to `places` runs: first those whose lease has run out, unless `expired` is false; then the oldest run of the tenant
   * that has the fewest, place by place. Not retried: a run whose answer was lost comes back when its lease ends.
   */
  async claim(
    { worker, leaseMs }: LeaseTerms,
    places: number,
    { reserved = 0, expired = true, signal = null }: ClaimOptions = {},
  ): Promise<ClaimedRun[]> {
    if (places < 1) return [];
    return this.database.query<ClaimedRun>(CLAIM, [worker, places, reserved, leaseMs, expired], { signal });
  }

  /** Renews the leases of these runs. The worker no longer holds those that are not returned. */
  @Retry(RENEW_AGAIN)
  async renew({ worker, leaseMs }: LeaseTerms, runs: readonly RunKey[]): Promise<HeldRun[]> {
    return this.database.query<HeldRun>(RENEW, [worker, idsOf(runs), fencesOf(runs), leaseMs], LEASE_LIMITS);
  }

  /** Runs that wait for a worker, of all tenants. */
  async depth(): Promise<number> {
    const [row] = await this.database.query<{ depth: number }>(DEPTH, [], { signal: null });
    return row?.depth ?? 0;
  }

  /** Gives runs back to their old place in the queue, for other workers to take at once. @returns those that it still held. */
  @Retry(IDEMPOTENT_AGAIN)
  async release(worker: string, runs: readonly RunKey[]): Promise<string[]> {
    const values = [worker, idsOf(runs), fencesOf(runs)];
    const rows = await this.database.query<{ released: string }>(RELEASE, values, LEASE_LIMITS);
    return rows.map(({ released }) => released);
  }
}

function idsOf(runs: readonly RunKey[]): string[] {
  return runs.map(({ sessionId }) => sessionId);
}

function fencesOf(runs: readonly RunKey[]): number[] {
  return runs.map(({ fence }) => fence);
}
