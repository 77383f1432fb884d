import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import { IDEMPOTENT_AGAIN } from '../database/retry-terms.js';
import { Listeners } from '../reliability/listeners.js';
import { Retry } from '../reliability/retry/retry.decorator.js';

/** Where those who wait for runs listen. */
export const RUNS_CHANNEL = 'holdfast_runs';

/** Where workers listen for what is wanted of the runs that they hold. */
export const WISHES_CHANNEL = 'holdfast_wishes';

/** A run that a worker holds until its lease ends. */
export interface ClaimedRun {
  readonly sessionId: string;
  readonly tenantId: string;
  /** Goes with every write. */
  readonly fence: number;
  /** Leases that ran out without an event: what poison is judged by. */
  readonly stalls: number;
  readonly lastSequence: number;
  readonly wanted: 'pause' | 'cancel' | null;
  /** How long workers have held it in this attempt, by the database's clock, milliseconds. */
  readonly runningMs: number;
  /** What `session_open` tells of the session: whoever begins it has to ask nothing more, whoever goes on only for its log. */
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
  /** How many of the places are only for runs of tenants that have none in anybody's hands. @default 0 */
  readonly reserved?: number;
  /** Whether those whose lease has run out are taken as well. @default true */
  readonly expired?: boolean;
  readonly signal?: AbortSignal | null;
}

/** What is wanted of a run that a worker holds. */
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

/** What has run before counts for the attempt before. */
const BEGIN_ATTEMPT = 'UPDATE system.runs SET ran_ms = 0 WHERE session_id = $2 AND tenant_id = $1';

const WAKE_UP = `SELECT pg_notify('${RUNS_CHANNEL}', '')`;
const WISH = `SELECT pg_notify('${WISHES_CHANNEL}', '')`;

const CLAIM: Statement = {
  name: 'run-claim',
  text: `SELECT session_id AS "sessionId", tenant_id AS "tenantId", fence, stalls, last_sequence AS "lastSequence", wanted,
                running_ms::float8 AS "runningMs",
                session_open(tenant_id, session_id) AS opening
           FROM run_claim($1::uuid, $2::integer, $3::integer, $4::integer, $5::boolean)`,
};

const RENEW: Statement = {
  name: 'run-renew',
  text: 'SELECT session_id AS "sessionId", fence, wanted FROM run_renew($1::uuid, $2::uuid[], $3::integer[], $4::integer)',
};

const RELEASE: Statement = {
  name: 'run-release',
  text: 'SELECT released FROM run_release($1::uuid, $2::uuid[], $3::integer[]) AS released',
};

const DEPTH: Statement = {
  name: 'run-depth',
  text: `SELECT count(*)::integer AS depth FROM system.runs WHERE state = 'queued'`,
};

/** So short that three attempts fit into a lease, and none waits for what else the database is asked. */
const LEASE_LIMITS = { limitMs: 1_500, statementMs: 1_500, isLease: true };
const RENEW_AGAIN = { maxAttempts: 3, baseMs: 50, capMs: 200, totalMs: 5_000, budget: 'leases' };

/** The runs that wait for a worker, and those that have one. */
@Injectable()
export class RunQueueRepository {
  /** Told of what is wanted of runs as soon as this process has committed it. */
  readonly wishes = new Listeners<RunWish>();

  constructor(private readonly database: Database) {}

  /**
   * Puts a session in line, within the caller's transaction, which holds the session's lock or has just made it. Workers
   * hear of it after the commit.
   */
  async enqueue(
    manager: EntityManager,
    { tenantId, sessionId }: { tenantId: string; sessionId: string },
  ): Promise<void> {
    await manager.query(ENQUEUE, [tenantId, sessionId]);
    await manager.query(WAKE_UP);
  }

  /** Gives a session that is in line again the whole time of an attempt, within the caller's transaction. */
  async beginAttempt(manager: EntityManager, key: { tenantId: string; sessionId: string }): Promise<void> {
    await manager.query(BEGIN_ATTEMPT, [key.tenantId, key.sessionId]);
  }

  /**
   * Tells of a wish with the commit of the caller's transaction: the worker of this process at once, before anybody is answered; those
   * of others are told to look. Whom that does not reach learns it with the next append or renewal.
   */
  async announceWish(manager: EntityManager, { sessionId, fence, wish }: RunWish): Promise<void> {
    await manager.query(WISH);
    this.database.afterCommit(() => this.wishes.notify({ sessionId, fence, wish }));
  }

  /**
   * Takes up to so many runs: first those whose lease has run out, unless these are to be left alone; then the oldest of whichever
   * tenant has the fewest. Not tried again: one whose answer was lost comes back when its lease ends.
   */
  async claim(
    { worker, leaseMs }: LeaseTerms,
    places: number,
    { reserved = 0, expired = true, signal = null }: ClaimOptions = {},
  ): Promise<ClaimedRun[]> {
    if (places < 1) return [];
    return this.database.query<ClaimedRun>(CLAIM, [worker, places, reserved, leaseMs, expired], { signal });
  }

  /** Renews the leases of these runs. Those that are not returned are the worker's no longer. */
  @Retry(RENEW_AGAIN)
  async renew({ worker, leaseMs }: LeaseTerms, runs: readonly RunKey[]): Promise<HeldRun[]> {
    return this.database.query<HeldRun>(RENEW, [worker, idsOf(runs), fencesOf(runs), leaseMs], LEASE_LIMITS);
  }

  /** Runs that wait for a worker, of all tenants. */
  async depth(): Promise<number> {
    const [row] = await this.database.query<{ depth: number }>(DEPTH, [], { signal: null });
    return row?.depth ?? 0;
  }

  /** Hands runs back to their old place in line, for others to take at once. Returns those that were still the worker's. */
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
