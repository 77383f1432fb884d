import { z } from 'zod';
import { jsonIn, oneLine } from '../../llm/text.js';
import { withoutCycles } from './plan-order.js';
import type { PlanStep } from './plan-step.js';

const MOST_LEVELS = 3;
const MOST_SUBSTEPS = 20;
const MOST_STEPS_ON_TOP = 50;
/** In all; past it a model is not planning any more. It also bounds the work of the order check. */
const MOST_STEPS = 500;
const MOST_DEPENDENCIES = 20;
const LONGEST_TITLE = 280;
const LONGEST_DETAIL = 2_000;
const LONGEST_ID = 64;
const DEFAULT_MINUTES = 15;
const MOST_MINUTES = 366 * 24 * 60;

/** The reading of a provider's content: a plan, or the reason why there is none. */
export type PlanReading =
  | { readonly ok: true; readonly steps: readonly PlanStep[] }
  | { readonly ok: false; readonly reason: 'not_json' | 'no_steps' };

/** What a step may leave out or get wrong without losing the plan: everything but its title. */
const rawStep = z.object({
  title: z.string(),
  id: z.union([z.string(), z.number()]).optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  estimate_minutes: z.coerce.number().optional().catch(undefined),
  depends_on: z.array(z.union([z.string(), z.number()]).catch('')).catch([]),
  substeps: z.array(z.unknown()).catch([]),
});

const rawPlan = z.object({ steps: z.array(z.unknown()) });

interface Draft {
  readonly title: string;
  readonly wantedId: string;
  readonly detail: string;
  readonly minutes: number | undefined;
  readonly dependsOn: readonly string[];
  readonly substeps: readonly Draft[];
}

/** Reads a provider's message content as a plan within the contract's limits. Never throws: the caller decides what follows. */
export function readPlan(content: string): PlanReading {
  const json = jsonIn(content);
  const parsed = rawPlan.safeParse(json);
  if (!parsed.success) return { ok: false, reason: json === undefined ? 'not_json' : 'no_steps' };
  const drafts = draftsOf(parsed.data.steps, 1, { left: MOST_STEPS });
  if (drafts.length === 0) return { ok: false, reason: 'no_steps' };
  return { ok: true, steps: withoutCycles(identified(drafts)) };
}

/** Takes the steps that have a title, level by level; what lies deeper than the contract allows is not even looked at. */
function draftsOf(raw: readonly unknown[], level: number, budget: { left: number }): readonly Draft[] {
  const drafts: Draft[] = [];
  const most = level === 1 ? MOST_STEPS_ON_TOP : MOST_SUBSTEPS;
  for (const entry of raw) {
    if (drafts.length >= most || budget.left <= 0) break;
    const parsed = rawStep.safeParse(entry);
    const title = parsed.success ? oneLine(parsed.data.title, LONGEST_TITLE) : '';
    if (!parsed.success || title === '') continue;
    budget.left -= 1;
    const { id, detail, estimate_minutes, depends_on, substeps } = parsed.data;
    drafts.push({
      title,
      wantedId: idText(id),
      detail: oneLine(detail ?? '', LONGEST_DETAIL),
      minutes: minutesOf(estimate_minutes),
      dependsOn: depends_on.slice(0, MOST_DEPENDENCIES).map(idText),
      substeps: level < MOST_LEVELS ? draftsOf(substeps, level + 1, budget) : [],
    });
  }
  return drafts;
}

function idText(id: string | number | undefined): string {
  return id === undefined ? '' : oneLine(String(id), LONGEST_ID);
}

function minutesOf(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value) || value <= 0) return undefined;
  return Math.min(Math.max(1, Math.round(value)), MOST_MINUTES);
}

/** Gives every step an id of its own. The first step that asks for an id gets it: that is the one others can mean by it. */
function identified(drafts: readonly Draft[]): readonly PlanStep[] {
  const wanted = wantedIds(drafts);
  const taken = new Set<string>();
  const claim = (draft: Draft, position: string): string => {
    let id = draft.wantedId;
    if (id === '' || taken.has(id)) {
      id = position;
      for (let copy = 2; taken.has(id) || wanted.has(id); copy += 1) id = `${position}-${copy}`;
    }
    taken.add(id);
    return id;
  };
  const finish = (list: readonly Draft[], prefix: string): readonly PlanStep[] =>
    list.map((draft, index) => {
      const position = `${prefix}${index + 1}`;
      const id = claim(draft, position);
      const substeps = finish(draft.substeps, `${position}.`);
      const { title, detail, dependsOn: depends_on } = draft;
      const estimate_minutes = draft.minutes ?? minutesOfAll(substeps);
      return detail === ''
        ? { id, title, estimate_minutes, depends_on, substeps }
        : { id, title, detail, estimate_minutes, depends_on, substeps };
    });
  return finish(drafts, '');
}

function minutesOfAll(substeps: readonly PlanStep[]): number {
  const sum = substeps.reduce((total, { estimate_minutes }) => total + estimate_minutes, 0);
  return sum > 0 ? Math.min(sum, MOST_MINUTES) : DEFAULT_MINUTES;
}

function wantedIds(drafts: readonly Draft[], ids = new Set<string>()): ReadonlySet<string> {
  for (const { wantedId, substeps } of drafts) wantedIds(substeps, ids.add(wantedId));
  return ids;
}
