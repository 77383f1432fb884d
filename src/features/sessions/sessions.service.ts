import { Injectable } from '@nestjs/common';
import { PREFIX, uuidOf } from '../../database/id.js';
import { encodeCursor, pageOf, type Page, type PageQuery } from '../../http/page.js';
import { SessionLogRepository } from '../../journal/session-log.repository.js';
import type { SessionKey } from '../../journal/session-write.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { Idempotency } from '../../reliability/idempotency/idempotency.js';
import type { IdempotentAnswer } from '../../reliability/idempotency/idempotent-answer.js';
import { projectUuid } from '../actions/index.js';
import { UnreadableEvent } from './council/events.js';
import { result } from './council/result.js';
import type { CouncilState } from './council/state.js';
import type {
  CreateSessionDto,
  EventsQuery,
  LeagueRowDto,
  SessionDto,
  SessionResultDto,
  SessionsQuery,
} from './dto/session.dto.js';
import { SessionCreation } from './session-creation.js';
import { SessionDrafts } from './session-drafts.js';
import { eventsPage, leaguePage, sessionsPage } from './session-pages.js';
import { loggedState } from './session-state.js';
import type { Session } from './session.entity.js';
import { councilSpecOf, showResult, showSession } from './session-view.js';
import { SessionsRepository } from './sessions.repository.js';

/** Sessions as clients make and read them. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly drafts: SessionDrafts,
    private readonly creation: SessionCreation,
    private readonly log: SessionLogRepository,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws AppError validation_error, quota_exceeded, idempotency_mismatch, idempotency_in_flight */
  async create({ tenantId, installId }: Principal, body: CreateSessionDto): Promise<IdempotentAnswer<SessionDto>> {
    return this.idempotency.run((_finish, settle) => {
      const session = this.drafts.draft({
        tenantId,
        installId,
        goal: body.goal,
        context: body.context ?? null,
        constraints: body.constraints ?? [],
        council: body.council ?? {},
        projectId: body.project_id === undefined ? null : projectUuid(body.project_id),
        actionId: null,
        start: body.start ?? true,
      });
      const shown = showSession(session);
      const draft = { status: 201, location: `/v1/sessions/${shown.id}`, body: shown };
      return settle(draft, (kept) => this.creation.make(session, kept));
    });
  }

  /** @throws AppError not_found */
  async get(id: string): Promise<SessionDto> {
    return showSession(await this.find(id));
  }

  /** The newest first. @throws AppError invalid_cursor */
  async list({ status, cursor, limit }: SessionsQuery): Promise<Page<SessionDto>> {
    const { filters, beforeId } = sessionsPage(cursor, status);
    const rows = await this.repository.list({ status, beforeId, limit: limit + 1 });
    return pageOf(rows, limit, { item: showSession, position: (row) => [row.id], filters });
  }

  /**
   * The log as a list, as JSON text: each event stands in it byte for byte as the stream sends it.
   * @throws AppError not_found, invalid_cursor
   */
  async events({ tenantId }: Principal, id: string, { after = 0, cursor, limit }: EventsQuery): Promise<string> {
    const { id: sessionId, lastSequence } = await this.find(id);
    const page = eventsPage(cursor, { session: sessionId, after });
    const rows = await this.log.eventsAfter({ tenantId, sessionId }, { after: page.after, limit: limit + 1 });
    // The session was there a moment ago, and logs are removed whole: the empty page must not look like the log's end.
    if (rows.length === 0 && page.after < lastSequence) throw new AppError('not_found');
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const next = rows.length > limit && last ? encodeCursor([last.sequence], page.filters) : null;
    return `{"data":[${shown.map(({ data }) => data).join(',')}],"next_cursor":${JSON.stringify(next)}}`;
  }

  /** @throws AppError not_found, not_completed */
  async result({ tenantId }: Principal, id: string): Promise<SessionResultDto> {
    const session = await this.find(id);
    if (session.status !== 'completed')
      throw new AppError('not_completed', {
        detail: `The session is ${session.status}; only a completed one has a result.`,
      });
    const state = await this.state({ tenantId, sessionId: session.id });
    const found = result(councilSpecOf(session), state);
    // Throws not_found if the session was removed while it was read.
    if (!found) await this.find(id);
    if (!found) throw new AppError('internal_error', { cause: new Error('a completed session has no result') });
    return showResult(id, found);
  }

  /** @throws AppError invalid_cursor */
  async league({ cursor, limit }: PageQuery): Promise<Page<LeagueRowDto>> {
    const { filters, after } = leaguePage(cursor);
    const rows = await this.repository.league(after, limit + 1);
    return pageOf(rows, limit, { item: (row) => row, position: (row) => [row.persona, row.model], filters });
  }

  /** @throws AppError dependency_unavailable when another replica, of a later release, has to be asked. */
  private async state(key: SessionKey): Promise<CouncilState> {
    try {
      return await loggedState(this.log, key);
    } catch (error) {
      if (!(error instanceof UnreadableEvent) || error.needs === null) throw error;
      throw new AppError('dependency_unavailable', {
        detail: 'The session was written by a later release than this server runs. Try again when the update is done.',
        cause: error,
      });
    }
  }

  private async find(id: string): Promise<Session> {
    const sessionId = uuidOf(PREFIX.session, id);
    const session = sessionId === undefined ? null : await this.repository.find(sessionId);
    if (!session) throw new AppError('not_found');
    return session;
  }
}
