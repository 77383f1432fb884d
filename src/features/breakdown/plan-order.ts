import type { PlanStep } from './plan-step.js';

interface Place {
  readonly step: PlanStep;
  /** Position in reading order; the subtree of the step ends before `end`. */
  readonly index: number;
  readonly end: number;
  readonly parent: number | undefined;
}

/**
 * Drops every dependency that no schedule could keep: on a step that does not exist, on itself, on a step above or below it, and
 * those that would close a circle. A step starts after its parent starts and after what it depends on ends; it ends after its
 * substeps. Dependencies on earlier steps are always possible in that sense, so they are kept before later ones are tried.
 */
export function withoutCycles(steps: readonly PlanStep[]): readonly PlanStep[] {
  if (isInOrder(steps, new Set())) return steps;
  const places = placesOf(steps);
  const byId = new Map(places.map((place) => [place.step.id, place]));
  const kept = places.map(() => new Set<number>());
  const later: (readonly [Place, Place])[] = [];
  for (const place of places) {
    for (const id of place.step.depends_on) {
      const target = byId.get(id);
      if (target === undefined || isInside(target, place) || isInside(place, target)) continue;
      if (target.index < place.index) kept[place.index]?.add(target.index);
      else later.push([place, target]);
    }
  }
  for (const [place, target] of later) {
    if (!endWaitsForStart(target, place, places, kept)) kept[place.index]?.add(target.index);
  }
  return rebuilt(steps, byId, places, kept);
}

/** Whether every step waits only for steps that end before it in reading order: then, as in most plans, nothing is dropped. */
function isInOrder(steps: readonly PlanStep[], ended: Set<string>): boolean {
  for (const { id, depends_on, substeps } of steps) {
    if (!depends_on.every((other, index) => ended.has(other) && depends_on.indexOf(other) === index)) return false;
    if (!isInOrder(substeps, ended)) return false;
    ended.add(id);
  }
  return true;
}

function isInside(inner: Place, outer: Place): boolean {
  return inner.index >= outer.index && inner.index < outer.end;
}

function placesOf(steps: readonly PlanStep[]): readonly Place[] {
  const places: Place[] = [];
  const visit = (list: readonly PlanStep[], parent: number | undefined): void => {
    for (const step of list) {
      const index = places.length;
      places.push({ step, index, end: index, parent });
      visit(step.substeps, index);
      places[index] = { step, index, end: places.length, parent };
    }
  };
  visit(steps, undefined);
  return places;
}

/** Whether the end of one step waits, over any number of links, for the start of another. */
function endWaitsForStart(
  from: Place,
  goal: Place,
  places: readonly Place[],
  dependencies: readonly ReadonlySet<number>[],
): boolean {
  const startOf = (index: number): number => index * 2;
  const endOf = (index: number): number => index * 2 + 1;
  const seen = new Set<number>([endOf(from.index)]);
  const open = [endOf(from.index)];
  for (let moment = open.pop(); moment !== undefined; moment = open.pop()) {
    if (moment === startOf(goal.index)) return true;
    const index = Math.floor(moment / 2);
    const place = places[index];
    if (place === undefined) continue;
    const waitsFor =
      moment === endOf(index)
        ? [startOf(index), ...childrenOf(place, places).map(endOf)]
        : [...(dependencies[index] ?? [])].map(endOf).concat(place.parent === undefined ? [] : [startOf(place.parent)]);
    for (const next of waitsFor) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return false;
}

function childrenOf(place: Place, places: readonly Place[]): readonly number[] {
  const children: number[] = [];
  for (let index = place.index + 1; index < place.end; index = places[index]?.end ?? place.end) children.push(index);
  return children;
}

function rebuilt(
  steps: readonly PlanStep[],
  byId: ReadonlyMap<string, Place>,
  places: readonly Place[],
  kept: readonly ReadonlySet<number>[],
): readonly PlanStep[] {
  return steps.map((step) => {
    const targets = kept[byId.get(step.id)?.index ?? -1] ?? new Set<number>();
    return {
      ...step,
      depends_on: [...targets].flatMap((index) => places[index]?.step.id ?? []),
      substeps: rebuilt(step.substeps, byId, places, kept),
    };
  });
}
