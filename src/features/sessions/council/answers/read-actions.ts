import { z } from 'zod';
import type { Reading } from '../../../../llm/broker/llm-call.js';
import { jsonIn, oneLine } from '../../../../llm/text.js';
import { complain, type ActionDraft } from './answer.js';

const MOST_ACTIONS = 12;
const LONGEST_TITLE = 280;
const LONGEST_DETAIL = 2_000;
const LONGEST_ROLE = 80;
const DEFAULT_MINUTES = 30;
const MOST_MINUTES = 366 * 24 * 60;

/** What an action may leave out or get wrong without being lost: everything but its title. */
const rawAction = z.object({
  title: z.string(),
  detail: z.string().catch(''),
  order: z.coerce.number().optional().catch(undefined),
  depends_on: z.array(z.coerce.number().catch(Number.NaN)).catch([]),
  estimate_minutes: z.coerce.number().catch(Number.NaN),
  owner_role: z.string().catch(''),
  first_step: z.string().catch(''),
});
const rawPlan = z.object({ actions: z.array(z.unknown()) });

/** An action under the number that the model gave it, by which others may depend on it. */
interface NumberedAction {
  readonly number: number;
  readonly dependsOn: readonly number[];
  readonly fields: Omit<ActionDraft, 'order' | 'dependsOn'>;
}

/** A plan without a single action is valid, but hardly what was wanted: the model is asked once more. */
const NO_TITLE = 'none of its `actions` has a `title`.';
const untitled = z.array(z.object({ title: z.string() }));

export function readActions(content: string): Reading<readonly ActionDraft[]> {
  const parsed = rawPlan.safeParse(jsonIn(content));
  if (!parsed.success) return complain('it is not one JSON object with a list `actions`.');
  const actions = parsed.data.actions.slice(0, MOST_ACTIONS).flatMap(numberedAction);
  if (actions.length > 0) return { ok: true, value: inOrder(actions) };
  return untitled.safeParse(parsed.data.actions).success
    ? { ok: true, value: [], complaint: NO_TITLE }
    : complain(NO_TITLE);
}

function numberedAction(raw: unknown, index: number): readonly NumberedAction[] {
  const parsed = rawAction.safeParse(raw);
  const title = parsed.success ? oneLine(parsed.data.title, LONGEST_TITLE) : '';
  if (!parsed.success || title === '') return [];
  const { detail, order, depends_on, estimate_minutes, owner_role, first_step } = parsed.data;
  const fields = {
    title,
    detail: oneLine(detail, LONGEST_DETAIL),
    estimateMinutes: minutesOf(estimate_minutes),
    ownerRole: oneLine(owner_role, LONGEST_ROLE),
    firstStep: oneLine(first_step, LONGEST_TITLE),
  };
  const number = order !== undefined && Number.isFinite(order) ? order : index + 1;
  return [{ number, dependsOn: depends_on.slice(0, MOST_ACTIONS), fields }];
}

function minutesOf(value: number): number {
  return Number.isFinite(value) && value > 0 ? Math.min(Math.max(1, Math.round(value)), MOST_MINUTES) : DEFAULT_MINUTES;
}

/**
 * Renumbers the actions, so that each comes after those that it depends on, and as near to its own number as that allows. Where
 * all that remain wait for each other, the first of them no longer waits.
 */
function inOrder(actions: readonly NumberedAction[]): readonly ActionDraft[] {
  const waiting = actions.toSorted((one, other) => one.number - other.number);
  const orders = new Map<number, number>();
  const placed: ActionDraft[] = [];
  while (waiting.length > 0) {
    const numbers = new Set(waiting.map(({ number }) => number));
    const isFree = ({ number, dependsOn }: NumberedAction) =>
      dependsOn.every((other) => other === number || !numbers.has(other));
    const [next] = waiting.splice(Math.max(0, waiting.findIndex(isFree)), 1);
    if (next === undefined) break;
    const order = placed.length + 1;
    const dependsOn = [...new Set(next.dependsOn.flatMap((number) => orders.get(number) ?? []))];
    placed.push({ ...next.fields, order, dependsOn: dependsOn.toSorted((one, other) => one - other) });
    if (!orders.has(next.number)) orders.set(next.number, order);
  }
  return placed;
}
