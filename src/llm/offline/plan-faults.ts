import type { Granularity } from './granularity.js';
import type { PlannedStep } from './planned-step.js';

const FLAT_SIZES = { 1: [3, 5], 2: [4, 7] } as const;
const TOP_SIZE = [5, 8] as const;

/** All faults of a plan against the contract or its granularity; empty for a good plan. Every planner's tests measure by it. */
export function planFaults(steps: readonly PlannedStep[], granularity: Granularity): readonly string[] {
  const all = everyStep(steps);
  const ids = all.map(({ id }) => id);
  return [
    ...shapeFaults(steps, granularity),
    ...(new Set(ids).size === ids.length ? [] : ['an id is used twice']),
    ...(depth(steps) <= 3 ? [] : ['more than three levels']),
    ...all.flatMap((step) => stepFaults(step, new Set(ids))),
    ...(isAcyclic(all) ? [] : ['depends_on has a circle']),
  ];
}

/** All steps of a plan in reading order. */
export function everyStep(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  return steps.flatMap((step) => [step, ...everyStep(step.substeps)]);
}

function depth(steps: readonly PlannedStep[]): number {
  return steps.reduce((most, step) => Math.max(most, 1 + depth(step.substeps)), 0);
}

function shapeFaults(steps: readonly PlannedStep[], granularity: Granularity): readonly string[] {
  const isFlat = granularity === 1 || granularity === 2;
  const [least, most] = isFlat ? FLAT_SIZES[granularity] : TOP_SIZE;
  const faults: string[] = [];
  if (steps.length < least || steps.length > most) faults.push(`${steps.length} steps on top, not ${least} to ${most}`);
  const levels = depth(steps);
  if (isFlat ? levels !== 1 : levels < 2) faults.push(`${levels} levels`);
  if (granularity === 5 && everyStep(steps).length < 8) faults.push('fewer than eight steps in all');
  return faults;
}

function stepFaults(step: PlannedStep, ids: ReadonlySet<string>): readonly string[] {
  const text = `${step.title} ${step.detail ?? ''}`;
  const checks: readonly (readonly [boolean, string])[] = [
    [step.title !== '' && [...step.title].length <= 280, 'a title is empty or too long'],
    [step.title.isWellFormed() && (step.detail ?? '').isWellFormed(), 'broken Unicode'],
    [Number.isInteger(step.estimate_minutes) && step.estimate_minutes > 0, 'an estimate is no positive integer'],
    [step.substeps.length <= 20, 'more than 20 substeps'],
    [step.depends_on.every((id) => ids.has(id) && id !== step.id), 'depends_on names no other step'],
    [!/[{}[\]<>]|undefined|\bnull\b|NaN/.test(text), 'a slot or markup is left over'],
    [!/ {2}|[„“«"] ?[”“»"]|\p{Cc}/u.test(text), 'a gap is left over'],
    [!/^\s|\s$/.test(step.title) && step.detail !== '', 'untrimmed text'],
  ];
  return checks.flatMap(([isGood, fault]) => (isGood ? [] : [`${fault}: ${JSON.stringify(text)}`]));
}

function isAcyclic(all: readonly PlannedStep[]): boolean {
  let open = [...all];
  const done = new Set<string>();
  while (open.length > 0) {
    const ready = open.filter(({ depends_on }) => depends_on.every((id) => done.has(id)));
    if (ready.length === 0) return false;
    for (const { id } of ready) done.add(id);
    open = open.filter(({ id }) => !done.has(id));
  }
  return true;
}
