import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import { PREFIX, publicId } from '../database/id.js';
import { IDEMPOTENT_AGAIN } from '../database/retry-terms.js';
import { AppError } from '../reliability/errors/app-error.js';
import { Retry } from '../reliability/retry/retry.decorator.js';
import { APPEND, appendArguments, composeWrite, type AppendRow } from './append-statement.js';
import { lineOf, type LoggedEvent } from './event-log.js';
import { LogAnnouncer } from './log-announcer.js';
import { SessionAppends } from './session-appends.js';
import type {
  Appended,
  AppendOutcome,
  Entry,
  LockedSession,
  SessionHead,
  SessionKey,
  SessionWrite,
  Wish,
} from './session-write.js';

const HEAD: Statement = {
  name: 'session-head',
  text: 'SELECT * FROM session_head($1::uuid, $2::uuid)',
};

const EVENTS: Statement = {
  name: 'session-events-after',
  text: 'SELECT * FROM session_events_after($1::uuid, $2::uuid, $3::integer, $4::integer)',
};

const LOCK = `
  SELECT status, epoch, attempt, last_sequence, digest, fence, wanted
    FROM sessions WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE`;

/** A statement of its own after the lock: within it, the snapshot would miss what the last holder of the lock committed. */
const HELD = `
  SELECT EXISTS (SELECT FROM system.runs
                  WHERE session_id = $2 AND tenant_id = $1 AND state = 'claimed' AND lease_until > clock_timestamp()) AS held`;

const RAISE_FENCE = 'UPDATE sessions SET fence = fence + 1 WHERE tenant_id = $1 AND id = $2';

/** A cancel is not taken back by a pause. */
const WANT = `UPDATE sessions SET wanted = $3 WHERE tenant_id = $1 AND id = $2 AND wanted IS DISTINCT FROM 'cancel'`;

interface EventRow extends Omit<LoggedEvent, 'data'> {
  /** The event's content. */
  readonly data: string;
  readonly event_version: number;
  /** Seconds since the Unix epoch. */
  readonly at: number;
}

interface HeadRow extends Omit<SessionHead, 'end'> {
  readonly last_sequence: number;
  readonly digest: Buffer;
}

/** A session's log: the only way to add to it, and the way to read it. */
@Injectable()
export class SessionLogRepository {
  constructor(
    private readonly database: Database,
    private readonly appends: SessionAppends,
    private readonly announcer: LogAnnouncer,
  ) {}

  /** As {@link SessionAppends.append}. */
  append(write: SessionWrite): Promise<AppendOutcome> {
    return this.appends.append(write);
  }

  /** Tells this process of events that are known to be committed. Telling of one twice does no harm. */
  announce({ tenantId, sessionId }: SessionKey, events: readonly LoggedEvent[]): void {
    this.announcer.announce({ tenantId, sessionId, events });
  }

  /** Undefined when the tenant has no such session. */
  @Retry(IDEMPOTENT_AGAIN)
  async head({ tenantId, sessionId }: SessionKey): Promise<SessionHead | undefined> {
    const [row] = await this.database.query<HeadRow>(HEAD, [tenantId, sessionId], { tenantId });
    return row && toHead(row);
  }

  /** The events after a sequence, in their order. */
  @Retry(IDEMPOTENT_AGAIN)
  async eventsAfter(
    { tenantId, sessionId }: SessionKey,
    { after, limit }: { after: number; limit: number },
  ): Promise<LoggedEvent[]> {
    const rows = await this.database.query<EventRow>(EVENTS, [tenantId, sessionId, after, limit], { tenantId });
    const publicSession = publicId(PREFIX.session, sessionId);
    return rows.map((row) => toEvent(publicSession, row));
  }

  /**
   * Locks a session within the caller's transaction, which is for its tenant: from here on no other process adds to its log, and
   * no worker takes it. Undefined when there is no such session.
   */
  async lock(manager: EntityManager, { tenantId, sessionId }: SessionKey): Promise<LockedSession | undefined> {
    const key = [tenantId, sessionId];
    const [row] = await manager.query<HeadRow[]>(LOCK, key);
    if (!row) return undefined;
    const [run] = await manager.query<{ held: boolean }[]>(HELD, key);
    return { tenantId, sessionId, ...toHead(row), held: run?.held ?? false };
  }

  /**
   * Adds to the log of a locked session, and fences off a worker that still believes it holds the session. A move from failed
   * to queued begins another attempt; one that ends or pauses the session takes it out of the queue.
   * @throws AppError invalid_transition when the session is to be cancelled, and the entry moves it elsewhere.
   */
  async appendLocked(
    manager: EntityManager,
    locked: LockedSession,
    entry: Entry,
  ): Promise<Appended & { fence: number }> {
    const { tenantId, sessionId } = locked;
    const fence = locked.fence + 1;
    await manager.query(RAISE_FENCE, [tenantId, sessionId]);
    const write = composeWrite({ ...entry, tenantId, sessionId, fence, end: locked.end });
    const [row] = await manager.query<AppendRow[]>(APPEND.text, appendArguments([write], { patient: true }));
    if (row?.outcome === 'cancel_wanted')
      throw new AppError('invalid_transition', { detail: 'The session is being cancelled.' });
    if (row?.outcome !== 'appended') throw new Error(`a locked session has moved: ${row?.outcome}`);
    this.announceLater(locked, write.composed.events);
    return { ...write.composed, fence };
  }

  /** Asks the worker that holds a locked session to pause or cancel it at its next call boundary. */
  async want(manager: EntityManager, { tenantId, sessionId }: LockedSession, wish: Wish): Promise<void> {
    await manager.query(WANT, [tenantId, sessionId, wish]);
  }

  /** Announces only after the commit, which may still fail. */
  private announceLater(key: SessionKey, events: readonly LoggedEvent[]): void {
    this.database.afterCommit(() => this.announce(key, events));
  }
}

function toEvent(session: string, { sequence, type, data: said, event_version: version, at }: EventRow): LoggedEvent {
  return { sequence, type, data: lineOf(session, { sequence, type, version, atMs: Math.round(at * 1000), said }) };
}

function toHead({ last_sequence, digest, ...row }: HeadRow): SessionHead {
  return { ...row, end: { sequence: last_sequence, digest } };
}
