import { randomUUID } from 'node:crypto';
import { newUuid } from '../../src/database/id.js';
import { EMPTY_DIGEST } from '../../src/journal/digest.js';
import type { LogEnd } from '../../src/journal/event-log.js';
import { LogAnnouncer } from '../../src/journal/log-announcer.js';
import { SessionAppends } from '../../src/journal/session-appends.js';
import { SessionLogRepository } from '../../src/journal/session-log.repository.js';
import type { SessionKey } from '../../src/journal/session-write.js';
import { RunQueueRepository, type ClaimedRun } from '../../src/queue/run-queue.repository.js';
import { openDatabaseRoom, type DatabaseRoom } from './database-room.js';
import { loggedLines } from './logged-lines.js';

export const EMPTY_LOG: LogEnd = { sequence: 0, digest: EMPTY_DIGEST };

/** Longer than any test. */
export const LEASE_MS = 60_000;

/** Journal and queue on real Postgres, without a worker. */
export interface SessionRoom extends DatabaseRoom {
  readonly log: SessionLogRepository;
  readonly appends: SessionAppends;
  readonly announcer: LogAnnouncer;
  readonly queue: RunQueueRepository;
  /** A session that is not in line. */
  make(options?: { tenantId?: string; status?: 'created' | 'queued' }): Promise<SessionKey>;
  /** A session in line. */
  queued(tenantId?: string): Promise<SessionKey>;
  /** A session that a worker holds, the only one in line. */
  running(tenantId?: string, worker?: string): Promise<SessionKey & ClaimedRun>;
  enqueue(session: SessionKey): Promise<void>;
  claim(places: number, worker?: string, reserved?: number): Promise<ClaimedRun[]>;
  /** As if the worker had died a lease ago. */
  expire(session: SessionKey): Promise<void>;
  session(key: SessionKey): Promise<Record<string, unknown>>;
  run(key: SessionKey): Promise<Record<string, unknown>>;
  events(key: SessionKey): Promise<{ sequence: number; type: string; data: string }[]>;
  /** Takes away all sessions. */
  empty(): Promise<void>;
}

export async function openSessionRoom(options: { poolSize?: number } = {}): Promise<SessionRoom> {
  const room = await openDatabaseRoom(options);
  const announcer = new LogAnnouncer();
  const appends = new SessionAppends(room.database, announcer);
  const log = new SessionLogRepository(room.database, appends, announcer);
  const queue = new RunQueueRepository(room.database);
  const one = async (text: string, { sessionId }: SessionKey) => {
    const [row] = await room.owner.query<Record<string, unknown>>(text, [sessionId]);
    if (!row) throw new Error('there is no such row');
    return row;
  };
  const sessions: SessionRoom = {
    ...room,
    log,
    appends,
    announcer,
    queue,
    make: async ({ tenantId = randomUUID(), status = 'created' } = {}) => {
      const sessionId = newUuid();
      await room.owner.query(
        `INSERT INTO sessions (tenant_id, id, status, title, goal, constraints, spec, epoch, digest)
         VALUES ($1, $2, $3, 'Title', 'A goal of some length', '[]', '{}', 'abcdefgh', $4)`,
        [tenantId, sessionId, status, EMPTY_DIGEST],
      );
      return { tenantId, sessionId };
    },
    queued: async (tenantId) => {
      const session = await sessions.make({ ...(tenantId === undefined ? {} : { tenantId }), status: 'queued' });
      await sessions.enqueue(session);
      return session;
    },
    running: async (tenantId, worker) => {
      const session = await sessions.queued(tenantId);
      const run = (await sessions.claim(1_000, worker)).find(({ sessionId }) => sessionId === session.sessionId);
      if (!run) throw new Error('the run was not claimed');
      return run;
    },
    enqueue: (session) =>
      room.transaction.run((manager) => queue.enqueue(manager, session), { tenantId: session.tenantId }),
    claim: (places, worker = randomUUID(), reserved = 0) =>
      queue.claim({ worker, leaseMs: LEASE_MS }, places, { reserved }),
    expire: async ({ sessionId }) => {
      await room.owner.query(
        `UPDATE system.runs SET lease_until = now() - interval '1 ms' WHERE session_id = $1 AND state = 'claimed'`,
        [sessionId],
      );
    },
    session: (key) => one('SELECT * FROM sessions WHERE id = $1', key),
    run: (key) => one('SELECT * FROM system.runs WHERE session_id = $1', key),
    events: ({ sessionId }) => room.owner.query(...loggedLines(sessionId)),
    empty: async () => {
      await room.owner.query(`TRUNCATE sessions, session_events, session_seats, system.runs`);
    },
  };
  return sessions;
}
