import { Injectable } from '@nestjs/common';
import { PREFIX, publicId } from '../../database/id.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { ActionsService, type Action } from '../actions/index.js';
import type { ReplanDto, ReplannedDto } from './dto/session.dto.js';
import { SessionCreation } from './session-creation.js';
import { SessionDrafts } from './session-drafts.js';

const LONGEST_GOAL = 10_000;

/** Replans actions that have not worked. */
@Injectable()
export class ReplanService {
  constructor(
    private readonly actions: ActionsService,
    private readonly drafts: SessionDrafts,
    private readonly creation: SessionCreation,
    private readonly transaction: TenantTransaction,
  ) {}

  /**
   * The session, its link to the project and the action's step are one transaction. A client that asks twice gets the session
   * of the first time.
   * @throws AppError not_found, invalid_transition, quota_exceeded
   */
  async replan(
    { tenantId, installId }: Principal,
    id: string,
    { additional_context }: ReplanDto,
  ): Promise<ReplannedDto> {
    const replanned = await this.transaction.run(async (manager) => {
      const action = await this.actions.forReplan(manager, id);
      if (action.replanSessionId !== null)
        return { session_id: publicId(PREFIX.session, action.replanSessionId), action_id: id, is_existing: true };
      const session = this.drafts.draft({
        tenantId,
        installId,
        goal: goalOf(action),
        context: contextOf(action, additional_context),
        constraints: [],
        council: {},
        projectId: action.projectId,
        actionId: action.id,
        start: true,
      });
      await this.creation.makeWithin(manager, session);
      await this.actions.replanned(manager, action, session.id);
      return { session_id: publicId(PREFIX.session, session.id), action_id: id, is_existing: false };
    });
    if (!replanned.is_existing) this.creation.announce();
    return replanned;
  }
}

function goalOf({ title, detail, status }: Action): string {
  return [...`Find another way to get this done, which is ${status}: ${title}\n${detail}`.trim()]
    .slice(0, LONGEST_GOAL)
    .join('');
}

function contextOf({ firstStep, ownerRole }: Action, additional: string | undefined): string {
  const known = `It was meant for: ${ownerRole}. Its first step was to be: ${firstStep}.`;
  return additional === undefined || additional === '' ? known : `${known}\n\n${additional}`;
}
