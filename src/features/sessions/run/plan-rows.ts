import { newUuid, PREFIX, publicId, uuidOf } from '../../../database/id.js';
import type { PlannedRow } from '../../../journal/session-write.js';
import type { CouncilEvent, PlannedAction } from '../council/events.js';
import type { ActionId } from '../council/planned-actions.js';

/** The ids of a plan's actions, and the rows that are written with the event that plans them. */
export interface PlanRows {
  readonly idOf: ActionId;
  readonly rowsOf: (events: readonly CouncilEvent[]) => readonly PlannedRow[];
}

/** @param projectId of the actions: a UUID. */
export function planRows(projectId: string | null): PlanRows {
  const uuids = new Map<string, string>();
  const uuidFor = (key: string): string => {
    const uuid = uuids.get(key) ?? newUuid();
    uuids.set(key, uuid);
    return uuid;
  };
  const rowOf = (action: PlannedAction): PlannedRow => ({
    id: uuidFor(action.key),
    project_id: projectId,
    key: action.key,
    title: action.title.toWellFormed(),
    detail: action.detail.toWellFormed(),
    position: action.order,
    depends_on: action.depends_on.map(uuidOfAction),
    estimate_minutes: action.estimate_minutes,
    owner_role: action.owner_role.toWellFormed(),
    first_step: action.first_step.toWellFormed(),
  });
  return {
    idOf: (key) => publicId(PREFIX.action, uuidFor(key)),
    rowsOf: (events) =>
      events.flatMap((event) => (event.type === 'actions_planned' ? event.data.actions.map(rowOf) : [])),
  };
}

function uuidOfAction(id: string): string {
  const uuid = uuidOf(PREFIX.action, id);
  if (uuid === undefined) throw new TypeError('an action depends on one that the plan does not have');
  return uuid;
}
