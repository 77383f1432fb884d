import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PREFIX, publicId, uuidOf } from '../../database/id.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { pageOf, type Page } from '../../http/page.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { readActionsQuery } from './actions-query.js';
import { isReplannable, isSettable, REPLANNABLE_STATUSES, stepsFrom, type ActionStatus } from './action-status.js';
import type { Action } from './actions.entity.js';
import { ActionsRepository } from './actions.repository.js';
import type { ActionDto, ActionsQuery, UpdateActionDto } from './dto/actions.dto.js';

/** What sessions have planned, and what has become of it. */
@Injectable()
export class ActionsService {
  constructor(
    private readonly repository: ActionsRepository,
    private readonly transaction: TenantTransaction,
  ) {}

  /** @throws AppError invalid_cursor, validation_error */
  async list(query: ActionsQuery): Promise<Page<ActionDto>> {
    const { filter, filters, after } = readActionsQuery(query);
    const rows = await this.repository.list(filter, { after, limit: query.limit + 1 });
    const position = (row: Action) => [row.sessionId, row.position, row.id];
    return pageOf(rows, query.limit, { item: showAction, position, filters });
  }

  /** @throws AppError not_found */
  async get(id: string): Promise<ActionDto> {
    const action = await this.repository.find(idOf(id));
    if (!action) throw new AppError('not_found');
    return showAction(action);
  }

  /**
   * Setting the status that the action already has is allowed, so a client that lost the answer can repeat the request.
   * @throws AppError not_found, invalid_transition, validation_error
   */
  async update(id: string, { status, title, detail }: UpdateActionDto): Promise<ActionDto> {
    const change = {
      ...(status === undefined ? {} : { status }),
      ...(title === undefined ? {} : { title }),
      ...(detail === undefined ? {} : { detail }),
    };
    if (Object.keys(change).length === 0)
      throw new AppError('validation_error', {
        errors: [{ pointer: '', detail: 'must have at least one of status, title, detail' }],
      });
    return this.transaction.run(async (manager) => {
      const action = await this.lock(manager, id);
      if (status !== undefined) assertSettable(action.status, status);
      return showAction(await this.repository.change(manager, action, change));
    });
  }

  /**
   * Locks an action until the end of the caller's transaction, to plan it anew. One with a `replanSessionId` has been
   * replanned before: that session is the one to answer with.
   * @throws AppError not_found, invalid_transition
   */
  async forReplan(manager: EntityManager, id: string): Promise<Readonly<Action>> {
    const action = await this.lock(manager, id);
    if (action.replanSessionId === null && !isReplannable(action.status))
      throw new AppError('invalid_transition', {
        detail: `An action can be replanned from ${REPLANNABLE_STATUSES.join(', ')}; this one is ${action.status}.`,
      });
    return action;
  }

  /** Links an action that {@link forReplan} gave to the session (a UUID) that plans it anew. */
  async replanned(manager: EntityManager, action: Readonly<Action>, sessionId: string): Promise<void> {
    await this.repository.change(manager, action, { status: 'replanned', replanSessionId: sessionId });
  }

  private async lock(manager: EntityManager, id: string): Promise<Action> {
    const action = await this.repository.lock(manager, idOf(id));
    if (!action) throw new AppError('not_found');
    return action;
  }
}

function idOf(id: string): string {
  const uuid = uuidOf(PREFIX.action, id);
  if (uuid === undefined) throw new AppError('not_found');
  return uuid;
}

function assertSettable(from: ActionStatus, to: ActionStatus): void {
  if (from !== to && !isSettable(from, to)) throw new AppError('invalid_transition', { detail: stepsFrom(from) });
}

function showAction(action: Action): ActionDto {
  const { id, sessionId, projectId, replanSessionId, dependsOn } = action;
  return {
    id: publicId(PREFIX.action, id),
    session_id: publicId(PREFIX.session, sessionId),
    project_id: projectId === null ? null : publicId(PREFIX.project, projectId),
    title: action.title,
    detail: action.detail,
    status: action.status,
    order: action.position,
    depends_on: dependsOn.map((other) => publicId(PREFIX.action, other)),
    estimate_minutes: action.estimateMinutes,
    owner_role: action.ownerRole,
    first_step: action.firstStep,
    replan_session_id: replanSessionId === null ? null : publicId(PREFIX.session, replanSessionId),
  };
}
