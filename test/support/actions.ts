import { randomUUID } from 'node:crypto';
import { newUuid, publicId, uuidOf } from '../../src/database/id.js';
import type { ActionStatus } from '../../src/features/actions/action-status.js';
import type { PlannedRow } from '../../src/journal/session-write.js';
import type { ComposedApp } from './composed-app.js';
import type { TestDatabase } from './database.js';

/** An action as clients see it. */
export interface ActionBody {
  id: string;
  session_id: string;
  project_id: string | null;
  title: string;
  detail: string;
  status: ActionStatus;
  order: number;
  depends_on: string[];
  replan_session_id: string | null;
}

/** The action of a plan with this number. */
export function plannedAction(order: number, more: Partial<PlannedRow> = {}): PlannedRow {
  return {
    id: newUuid(),
    key: `action-${order}`,
    title: `Step ${order}`,
    detail: `What step ${order} is about`,
    position: order,
    project_id: null,
    depends_on: [],
    estimate_minutes: 10 * order,
    owner_role: 'gardener',
    first_step: 'Look at it',
    ...more,
  };
}

/** So many actions, each of which waits for the one before. */
export function plannedChain(count: number): PlannedRow[] {
  const actions = Array.from({ length: count }, (_, at) => plannedAction(at + 1));
  return actions.map((action, at) => ({
    ...action,
    depends_on: actions.slice(Math.max(0, at - 1), at).map(({ id }) => id),
  }));
}

export interface TestPlan {
  readonly tenantId: string;
  /** UUID; default: a new one. */
  readonly sessionId?: string;
  /** UUID; default: none. */
  readonly projectId?: string | null;
  /** Default: one. */
  readonly actions?: readonly PlannedRow[];
}

/** Plans actions as a completed session does. @returns their public ids. */
export async function planActions(
  { database }: Pick<ComposedApp, 'database'>,
  { tenantId, sessionId = newUuid(), projectId = null, actions = [plannedAction(1)] }: TestPlan,
): Promise<string[]> {
  const rows = actions.map((action) => ({ ...action, project_id: projectId }));
  await database.query('SELECT actions_plan($1, $2, $3)', [tenantId, sessionId, JSON.stringify(rows)]);
  return rows.map(({ id }) => publicId('act', id));
}

/** Steps that lead from `todo` to each status. */
const WAY_TO: Readonly<Record<ActionStatus, readonly ActionStatus[]>> = {
  todo: [],
  in_progress: ['in_progress'],
  blocked: ['blocked'],
  in_review: ['in_progress', 'in_review'],
  done: ['in_progress', 'done'],
  cancelled: ['cancelled'],
  failed: ['blocked', 'failed'],
  abandoned: ['abandoned'],
  replanned: ['blocked', 'replanned'],
};

/** Takes a new action to a status, step by step. */
export async function walkTo(database: TestDatabase, id: string, status: ActionStatus): Promise<void> {
  for (const step of WAY_TO[status]) await setStatus(database, id, step);
}

/** Sets the status of an action by SQL alone, with a session where one is needed. */
export async function setStatus(database: TestDatabase, id: string, status: ActionStatus): Promise<void> {
  await database.query(`UPDATE actions SET status = $2, replan_session_id = $3 WHERE id = $1`, [
    uuidOf('act', id),
    status,
    status === 'replanned' ? randomUUID() : null,
  ]);
}
