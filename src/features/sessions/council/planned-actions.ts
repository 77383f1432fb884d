import type { ActionDraft } from './answers/answer.js';
import type { PlannedAction } from './events.js';

/** Gives an action its id, from its key in the session (`action-1`). */
export type ActionId = (key: string) => string;

export function plannedActions(
  drafts: readonly ActionDraft[],
  actionId: ActionId = (key) => key,
): readonly PlannedAction[] {
  const keyOf = (order: number): string => `action-${order}`;
  const ids = new Map(drafts.map(({ order }) => [order, actionId(keyOf(order))]));
  return drafts.map(({ order, title, detail, dependsOn, estimateMinutes, ownerRole, firstStep }) => ({
    key: keyOf(order),
    id: ids.get(order) ?? keyOf(order),
    title,
    detail,
    order,
    depends_on: dependsOn.flatMap((other) => ids.get(other) ?? []),
    estimate_minutes: estimateMinutes,
    owner_role: ownerRole,
    first_step: firstStep,
  }));
}
