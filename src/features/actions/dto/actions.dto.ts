import { IsIn, IsOptional, IsString } from 'class-validator';
import { PageQuery } from '../../../http/page.js';
import { CodePoints } from '../../../http/validators.js';
import { ACTION_STATUSES, type ActionStatus } from '../action-status.js';

export class ActionsQuery extends PageQuery {
  /** The session that has planned them. */
  @IsOptional()
  @IsString()
  session_id?: string;

  @IsOptional()
  @IsString()
  project_id?: string;

  @IsOptional()
  @IsIn(ACTION_STATUSES)
  status?: ActionStatus;
}

/** At least one field. */
export class UpdateActionDto {
  /** One that the current status allows; `replanned` comes with a replan only. */
  @IsOptional()
  @IsIn(ACTION_STATUSES)
  status?: ActionStatus;

  @IsOptional()
  @CodePoints({ min: 1, max: 280 })
  title?: string;

  /** Empty for none. */
  @IsOptional()
  @CodePoints({ max: 5_000 })
  detail?: string;
}

export class ActionDto {
  /** @example act_01jd8m6q8zv4c0r5k2t7w9x1y3 */
  id: string;
  session_id: string;
  project_id: string | null;
  title: string;
  detail: string;
  status: ActionStatus;
  /** From 1, within its session. */
  order: number;
  /** Ids of actions of the same session. */
  depends_on: string[];
  estimate_minutes: number;
  /** Who should do it. */
  owner_role: string;
  first_step: string;
  /** The session that plans it anew. */
  replan_session_id: string | null;
}

export class ActionListDto {
  data: ActionDto[];
  next_cursor: string | null;
}
