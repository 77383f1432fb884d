/** Where an action stands. */
export const ACTION_STATUSES = [
  'todo',
  'in_progress',
  'blocked',
  'in_review',
  'done',
  'cancelled',
  'failed',
  'abandoned',
  'replanned',
] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];

/** What an action may become next. The trigger `actions_transition` holds the same table in the database. */
export const NEXT_STATUSES = {
  todo: ['in_progress', 'blocked', 'cancelled', 'abandoned'],
  in_progress: ['todo', 'blocked', 'in_review', 'done', 'cancelled', 'failed', 'abandoned'],
  blocked: ['todo', 'in_progress', 'cancelled', 'failed', 'abandoned', 'replanned'],
  in_review: ['in_progress', 'done', 'cancelled', 'failed'],
  done: [],
  cancelled: [],
  failed: ['replanned'],
  abandoned: ['replanned'],
  replanned: [],
} as const satisfies Record<ActionStatus, readonly ActionStatus[]>;

/** Whether an action may be set to a status. `replanned` cannot be set: it comes with the session of a replan. */
export function isSettable(from: ActionStatus, to: ActionStatus): boolean {
  return to !== 'replanned' && nextOf(from).includes(to);
}

/** Whether an action can be planned anew. */
export function isReplannable(status: ActionStatus): boolean {
  return nextOf(status).includes('replanned');
}

/** The steps that a status allows, as the detail of a refusal. */
export function stepsFrom(status: ActionStatus): string {
  const steps = nextOf(status);
  if (steps.length === 0) return `An action that is ${status} stays so.`;
  const named = steps.map((step) => (step === 'replanned' ? 'replanned (by a replan)' : step));
  return `From ${status} an action can only become ${named.join(', ')}.`;
}

/** The statuses that can be replanned, in words. */
export const REPLANNABLE_STATUSES: readonly ActionStatus[] = ACTION_STATUSES.filter(isReplannable);

function nextOf(status: ActionStatus): readonly ActionStatus[] {
  return NEXT_STATUSES[status];
}
