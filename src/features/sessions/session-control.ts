import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PREFIX, uuidOf } from '../../database/id.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { SessionLogRepository } from '../../journal/session-log.repository.js';
import type { Entry, LockedSession, Wish } from '../../journal/session-write.js';
import { RunQueueRepository } from '../../queue/run-queue.repository.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { HoldsService, type Hold } from '../usage/index.js';
import type { CouncilEvent } from './council/events.js';
import type { ControlledDto } from './dto/session.dto.js';
import { HOLD_SECONDS } from './run/run-limits.js';
import { SESSION_FEATURE } from './session-feature.js';
import { allows, stepsFrom, type ControlAction, type SessionStatus } from './session-status.js';
import { SessionsRepository } from './sessions.repository.js';

/** The actions that put a session under way. For the others, a limit that is being set waits at the lock of their session. */
const BEGINNINGS: ReadonlySet<ControlAction> = new Set(['start', 'retry']);

interface Outcome {
  readonly status: SessionStatus;
  readonly message: string;
}

/** What operators and clients do to a session. Each step is one transaction under the session's lock. */
@Injectable()
export class SessionControl {
  constructor(
    private readonly transaction: TenantTransaction,
    private readonly log: SessionLogRepository,
    private readonly queue: RunQueueRepository,
    private readonly holds: HoldsService,
    private readonly repository: SessionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws AppError not_found, gone, invalid_transition, quota_exceeded */
  async run(principal: Principal, id: string, action: ControlAction): Promise<ControlledDto> {
    const sessionId = uuidOf(PREFIX.session, id);
    if (sessionId === undefined) throw new AppError('not_found');
    const { tenantId } = principal;
    const outcome = await this.transaction.run(async (manager) => {
      if (BEGINNINGS.has(action)) await this.holds.awaitLimits(manager, { tenantId, feature: SESSION_FEATURE });
      const locked = await this.log.lock(manager, { tenantId, sessionId });
      if (!locked) throw new AppError('not_found');
      await this.assertAllowed(manager, locked, action);
      return this.steps[action](manager, locked);
    });
    return { session_id: id, action, ...outcome };
  }

  private readonly steps: Record<ControlAction, (manager: EntityManager, session: LockedSession) => Promise<Outcome>> =
    {
      start: async (manager, session) => {
        await manager.query(`UPDATE sessions SET status = 'queued' WHERE id = $1`, [session.sessionId]);
        await this.enqueue(manager, session);
        return { status: 'queued', message: 'The session waits for a worker.' };
      },
      pause: async (manager, session) => {
        if (session.held) {
          await this.want(manager, session, 'pause');
          return { status: 'running', message: 'The session pauses at its next call boundary.' };
        }
        await this.append(manager, session, { type: 'paused', data: {} }, { status: 'paused' });
        return { status: 'paused', message: 'The session is paused.' };
      },
      resume: async (manager, session) => {
        await this.append(manager, session, { type: 'resumed', data: {} }, { status: 'running' });
        // A session under way keeps its unit, however small the quota has become; only a unit that has run out is taken anew.
        if (await this.holds.prolong(manager, this.holdOf(session), HOLD_SECONDS))
          await this.queue.enqueue(manager, session);
        else {
          await this.holds.end(manager, this.holdOf(session), false);
          await this.enqueue(manager, session);
        }
        return { status: 'running', message: 'The session goes on as soon as a worker takes it.' };
      },
      cancel: async (manager, session) => {
        if (session.held) {
          await this.want(manager, session, 'cancel');
          return { status: 'running', message: 'The session is being cancelled.' };
        }
        await this.append(manager, session, { type: 'cancelled', data: {} }, { status: 'cancelled' });
        await this.holds.end(manager, this.holdOf(session), false);
        return { status: 'cancelled', message: 'The session is cancelled.' };
      },
      retry: async (manager, session) => {
        const retried = { type: 'retried', data: { attempt: session.attempt + 1 } } as const;
        await this.append(manager, session, retried, { status: 'queued' });
        await this.enqueue(manager, session);
        await this.queue.beginAttempt(manager, session);
        return { status: 'queued', message: 'The session goes on from where it stopped.' };
      },
    };

  /** Puts a session in line, with a unit of the quota that it holds until it ends. @throws AppError quota_exceeded */
  private async enqueue(manager: EntityManager, session: LockedSession): Promise<void> {
    await this.holds.take(manager, this.holdOf(session), HOLD_SECONDS);
    await this.queue.enqueue(manager, session);
  }

  private async want(manager: EntityManager, session: LockedSession, wish: Wish): Promise<void> {
    await this.log.want(manager, session, wish);
    await this.queue.announceWish(manager, { ...session, wish });
  }

  private holdOf({ tenantId, sessionId }: LockedSession): Hold {
    return { tenantId, feature: SESSION_FEATURE, id: sessionId };
  }

  private async append(
    manager: EntityManager,
    session: LockedSession,
    event: CouncilEvent,
    place: NonNullable<Entry['place']>,
  ): Promise<void> {
    await this.log.appendLocked(manager, session, { events: [event], place, atMs: this.clock.epochMs() });
  }

  private async assertAllowed(manager: EntityManager, { sessionId, ...session }: LockedSession, action: ControlAction) {
    const status = session.status as SessionStatus;
    const cancelling = session.wanted === 'cancel';
    if (action === 'pause' && cancelling)
      throw new AppError('invalid_transition', { detail: 'The session is being cancelled.' });
    if (action !== 'retry' && allows(status, action)) return;
    const { recoverable, startedAt } = await this.repository.reload(manager, sessionId);
    if (action === 'retry') {
      if (startedAt === null) throw new AppError('not_found', { detail: 'The session has never been started.' });
      if (status === 'failed' && !recoverable)
        throw new AppError('gone', { detail: 'The session cannot go on; create a new one.' });
      if (allows(status, action)) return;
    }
    const steps = stepsFrom(status, { recoverable, cancelling }).join(', ') || 'nothing';
    throw new AppError('invalid_transition', { detail: `The session is ${status}; that allows ${steps}.` });
  }
}
