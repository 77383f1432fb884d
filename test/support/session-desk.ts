import { randomUUID } from 'node:crypto';
import type { SessionStatus } from '../../src/features/sessions/session-status.js';
import type { CouncilEvent } from '../../src/features/sessions/council/events.js';
import { SessionLogRepository } from '../../src/journal/session-log.repository.js';
import type { AppendOutcome, Place } from '../../src/journal/session-write.js';
import { RunQueueRepository, type ClaimedRun } from '../../src/queue/run-queue.repository.js';
import type { ApiClient } from './client.js';
import { composeTestApp, type ComposedApp, type ComposedAppOptions } from './composed-app.js';
import { madeSession, uuidOfSession } from './sessions.js';

/** Longer than any test. */
const LEASE_MS = 60_000;

const FAILURE = { code: 'quorum_lost', detail: '2 of 5 seats are there.' } as const;

/** Where a session can be put: `running` ones have a worker, `abandoned` ones had one. */
export type Stand = SessionStatus | 'abandoned' | 'beyond-recovery';

/** The application without a worker: the test does a worker's part by hand, so that sessions stand where it puts them. */
export class SessionDesk {
  private readonly queue: RunQueueRepository;
  private readonly log: SessionLogRepository;

  private constructor(readonly app: ComposedApp) {
    this.queue = app.app.get(RunQueueRepository, { strict: false });
    this.log = app.app.get(SessionLogRepository, { strict: false });
  }

  static async open({ env, ...options }: ComposedAppOptions = {}): Promise<SessionDesk> {
    return new SessionDesk(await composeTestApp({ ...options, env: { HOLDFAST_ROLE: 'api', ...env } }));
  }

  /** Adds so many contributions. */
  async say(run: ClaimedRun, times: number, text = 'Something'): Promise<void> {
    for (let at = 0; at < times; at++)
      await this.append(run, { type: 'contribution', data: { round: 1, seat: 'seat-1', text: `${text} ${at}` } });
  }

  /** Claims all sessions in line, and returns the run of this one. */
  async claim(id: string): Promise<ClaimedRun> {
    const sessionId = uuidOfSession(id);
    const runs = await this.queue.claim({ worker: randomUUID(), leaseMs: LEASE_MS }, 1_000);
    const run = runs.find((one) => one.sessionId === sessionId);
    if (!run) throw new Error('the session was not in line');
    return run;
  }

  /** Adds an event as the worker of the run. */
  async append(run: ClaimedRun, event: CouncilEvent, place: Place = {}): Promise<AppendOutcome> {
    const head = await this.log.head(run);
    if (!head) throw new Error('there is no such session');
    const { tenantId, sessionId, fence } = run;
    return this.log.append({ tenantId, sessionId, fence, end: head.end, events: [event], atMs: Date.now(), place });
  }

  fail(run: ClaimedRun, recoverable = true): Promise<AppendOutcome> {
    const failure = { ...FAILURE, recoverable };
    return this.append(run, { type: 'error', data: failure }, { status: 'failed', failure });
  }

  complete(run: ClaimedRun): Promise<AppendOutcome> {
    return this.append(run, { type: 'complete', data: {} }, { status: 'completed' });
  }

  cancel(run: ClaimedRun): Promise<AppendOutcome> {
    return this.append(run, { type: 'cancelled', data: {} }, { status: 'cancelled' });
  }

  /** As if the worker had died a lease ago. */
  async expire({ sessionId }: ClaimedRun): Promise<void> {
    await this.app.database.query(
      `UPDATE system.runs SET lease_until = now() - interval '1 ms' WHERE session_id = $1`,
      [sessionId],
    );
  }

  /** A new session that stands there. @returns its id. */
  async at(stand: Stand, api: ApiClient = this.app.api): Promise<string> {
    const { id } = await madeSession(api, { start: stand !== 'created' });
    if (stand === 'created' || stand === 'queued') return id;
    await this.take(stand, await this.claim(id));
    return id;
  }

  private async take(stand: Exclude<Stand, 'created' | 'queued'>, run: ClaimedRun): Promise<unknown> {
    switch (stand) {
      case 'running':
        return undefined;
      case 'abandoned':
        return this.expire(run);
      case 'paused':
        return this.append(run, { type: 'paused', data: {} }, { status: 'paused' });
      case 'completed':
        return this.complete(run);
      case 'failed':
        return this.fail(run);
      case 'beyond-recovery':
        return this.fail(run, false);
      case 'cancelled':
        return this.cancel(run);
      default:
        return stand satisfies never;
    }
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
