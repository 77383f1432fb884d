import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DatabaseError } from '../../database/database-error.js';
import { Database, type Statement } from '../../database/database.js';
import { READ_AGAIN } from '../../database/retry-terms.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { appendArguments, type ComposedWrite } from '../../journal/append-statement.js';
import type { LeaseTerms } from '../../queue/run-queue.repository.js';
import type { KeptAnswer } from '../../reliability/idempotency/idempotency.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';
import { turnToBegin, type UnitTaking } from '../usage/index.js';
import type { LeagueRowDto } from './dto/session.dto.js';
import { Session } from './session.entity.js';
import type { SessionStatus } from './session-status.js';

/**
 * The vote is on the last round, so a seat counts for the model that spoke for it there, which may be a fallback of its own.
 * The call's key is that of `contributionCall`.
 */
const LEAGUE = `
  WITH spoken AS (
    SELECT p.persona, coalesce(c.provider || '/' || c.model, p.model) AS model, p.mean_rank, p.votes, p.won
      FROM session_seats p
      JOIN sessions s ON s.tenant_id = p.tenant_id AND s.id = p.session_id
      LEFT JOIN session_events c ON c.tenant_id = p.tenant_id AND c.session_id = p.session_id
                               AND c.call_key = 'round-' || s.round || '/' || p.seat
     WHERE p.votes > 0
  )
  SELECT persona, model, count(*)::int AS sessions, sum(votes)::int AS votes, count(*) FILTER (WHERE won)::int AS wins,
         round(sum(mean_rank * votes) / nullif(sum(votes), 0), 2)::float8 AS average_rank,
         round(count(*) FILTER (WHERE won)::numeric / count(*), 4)::float8 AS win_rate
    FROM spoken
   WHERE (persona, model) > ($1, $2)
   GROUP BY persona, model
   ORDER BY persona, model LIMIT $3`;

/** The outcome of making a session; unless it is `created` or `begun`, nothing at all was written. */
export type CreationOutcome = 'created' | 'begun' | 'no_project' | 'quota_exceeded' | 'place_lost';

interface CreationRow {
  readonly outcome: CreationOutcome;
}

/** A worker that begins the session at once, and its first events. */
export interface Beginner extends LeaseTerms {
  readonly write: ComposedWrite;
}

export interface SessionPage {
  readonly status: SessionStatus | undefined;
  /** The id of the last session of the page before. */
  readonly beforeId: string | undefined;
  readonly limit: number;
}

/** The function sees what was committed while its caller waited for the turn: each of its statements has a new snapshot. */
const CREATE: Statement = {
  name: 'session-create',
  text: `WITH turn AS MATERIALIZED (SELECT ${turnToBegin('$1::uuid', `($3::json ->> 'feature')`)})
         SELECT session_create($1::uuid, $2::json, $3::json, $4::json) AS outcome FROM turn`,
};

/** As {@link CREATE}. */
const BEGIN: Statement = {
  name: 'session-begin',
  text: `WITH turn AS MATERIALIZED (SELECT ${turnToBegin('$1::uuid', `($3::json ->> 'feature')`)})
         SELECT session_begin($1::uuid, $2::json, $3::json, $4::json, $5::uuid, $6::integer, $7::json, $8::json) AS outcome
           FROM turn`,
};

/** A transaction that lost against another was rolled back whole: it may be retried. */
const BEGIN_AGAIN = {
  maxAttempts: 4,
  baseMs: 40,
  capMs: 500,
  totalMs: 10_000,
  budget: 'database',
  retryable: (error: unknown) =>
    error instanceof DatabaseError && (error.fault === 'serialization' || error.fault === 'lock_timeout'),
};

/** A tenant's sessions. Their logs are the journal's. */
@Injectable()
export class SessionsRepository {
  constructor(
    private readonly database: Database,
    private readonly transaction: TenantTransaction,
  ) {}

  /** All that belongs to a new session: one statement, one commit. */
  @Retry(BEGIN_AGAIN)
  async create(session: Session, unit: UnitTaking | null, kept: KeptAnswer | undefined): Promise<CreationOutcome> {
    return outcomeOf(await this.database.query<CreationRow>(CREATE, creationArguments(session, unit, kept)));
  }

  /** As {@link create}; where no session waits for a worker, `worker` then holds this one, with its first fence. */
  @Retry(BEGIN_AGAIN)
  async begin(
    session: Session,
    unit: UnitTaking | null,
    kept: KeptAnswer | undefined,
    { worker, leaseMs, write }: Beginner,
  ): Promise<CreationOutcome> {
    const [writes, events] = appendArguments([write], { patient: true });
    const values = [...creationArguments(session, unit, kept), worker, leaseMs, writes, events];
    return outcomeOf(await this.database.query<CreationRow>(BEGIN, values));
  }

  /** As {@link create}, within the caller's transaction. */
  async createWithin(manager: EntityManager, session: Session, unit: UnitTaking | null): Promise<CreationOutcome> {
    return outcomeOf(await manager.query<CreationRow[]>(CREATE.text, creationArguments(session, unit)));
  }

  async reload(manager: EntityManager, id: string): Promise<Session> {
    return manager.findOneByOrFail(Session, { id });
  }

  @Retry(READ_AGAIN)
  async find(id: string, tenantId?: string): Promise<Session | null> {
    return this.transaction.run(
      (manager) => manager.findOneBy(Session, { id }),
      tenantId === undefined ? {} : { tenantId },
    );
  }

  /** The newest first. */
  @Retry(READ_AGAIN)
  async list({ status, beforeId, limit }: SessionPage): Promise<Session[]> {
    return this.transaction.run((manager) => {
      const rows = manager.createQueryBuilder(Session, 'row').orderBy('row.id', 'DESC').limit(limit);
      if (status !== undefined) rows.andWhere('row.status = :status', { status });
      if (beforeId !== undefined) rows.andWhere('row.id < :beforeId', { beforeId });
      return rows.getMany();
    });
  }

  /** How personas and models have fared in the tenant's votes. */
  @Retry(READ_AGAIN)
  async league(after: { persona: string; model: string }, limit: number): Promise<LeagueRowDto[]> {
    return this.transaction.run((manager) => manager.query(LEAGUE, [after.persona, after.model, limit]));
  }
}

function outcomeOf([row]: readonly CreationRow[]): CreationOutcome {
  if (!row) throw new Error('session_create or session_begin returned no row');
  return row.outcome;
}

function creationArguments(session: Session, unit: UnitTaking | null, kept?: KeptAnswer): unknown[] {
  const { tenantId, id, projectId, actionId, createdAt, digest, status, epoch, title, goal, context, ...rest } =
    session;
  const row = {
    id,
    project_id: projectId,
    action_id: actionId,
    created_at: createdAt,
    digest: digest.toString('hex'),
    status,
    epoch,
    title,
    goal,
    context,
    constraints: rest.constraints,
    spec: rest.spec,
  };
  const place = kept && {
    lookup: hexOf(kept.lookup),
    holder: kept.holder,
    answer: hexOf(kept.answer),
    retention_ms: kept.retentionMs,
  };
  return [tenantId, JSON.stringify(row), unit && JSON.stringify(unit), place ? JSON.stringify(place) : null];
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
