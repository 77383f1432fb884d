import { expect } from '@jest/globals';
import type { BreakdownStepDto } from '../../src/features/breakdown/dto/breakdown.dto.js';

/** All steps, parents before their substeps. */
export function everyStep(steps: readonly BreakdownStepDto[]): BreakdownStepDto[] {
  return steps.flatMap((step) => [step, ...everyStep(step.substeps)]);
}

export function levelsOf(steps: readonly BreakdownStepDto[]): number {
  return steps.length === 0 ? 0 : 1 + Math.max(...steps.map(({ substeps }) => levelsOf(substeps)));
}

/** Whether all steps can be done: a step ends after its substeps, starts after its parent and after what it depends on. */
function canBeDone(steps: readonly BreakdownStepDto[]): boolean {
  const byId = new Map(everyStep(steps).map((step) => [step.id, step]));
  const parents = new Map(
    [...byId.values()].flatMap(({ id, substeps }) => substeps.map((sub) => [sub.id, id] as const)),
  );
  const open = new Set<string>();
  const ended = new Set<string>();
  const visit = (moment: string): boolean => {
    if (ended.has(moment)) return true;
    if (open.has(moment)) return false;
    open.add(moment);
    const [kind = '', id = ''] = moment.split(/:(.*)/s);
    const step = byId.get(id);
    const parent = parents.get(id);
    const before =
      kind === 'end'
        ? [`start:${id}`, ...(step?.substeps ?? []).map((sub) => `end:${sub.id}`)]
        : [
            ...(step?.depends_on ?? []).map((other) => `end:${other}`),
            ...(parent === undefined ? [] : [`start:${parent}`]),
          ];
    const possible = before.every(visit);
    ended.add(moment);
    return possible;
  };
  return [...byId.keys()].every((id) => visit(`end:${id}`));
}

/** Expects steps that keep every promise of the contract. */
export function expectSound(steps: readonly BreakdownStepDto[]): void {
  const all = everyStep(steps);
  const ids = all.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(levelsOf(steps)).toBeLessThanOrEqual(3);
  for (const step of all) {
    expect(step.title.trim()).toBe(step.title);
    expect([...step.title].length).toBeGreaterThan(0);
    expect([...step.title].length).toBeLessThanOrEqual(280);
    expect(step.title).not.toContain('\n');
    expect(Number.isInteger(step.estimate_minutes) && step.estimate_minutes > 0).toBe(true);
    expect(step.substeps.length).toBeLessThanOrEqual(20);
    for (const other of step.depends_on) expect(ids).toContain(other);
    expect(step.depends_on).not.toContain(step.id);
  }
  expect(canBeDone(steps)).toBe(true);
}
