/** A step before numbering: text is still a pattern, minutes are of the whole subtree, `after` names siblings by key. */
export interface OutlineStep {
  readonly key: string;
  readonly title: string;
  /** A point that the text itself lists: its name must stay in the plan, also where its parts take its place. */
  readonly isNamed?: boolean;
  readonly detail?: string;
  readonly minutes: number;
  readonly after: readonly string[];
  readonly substeps: readonly OutlineStep[];
}

/** Minutes of a list of steps done one after the other. */
export function totalMinutes(steps: readonly OutlineStep[]): number {
  return steps.reduce((sum, step) => sum + step.minutes, 0);
}

/** How many steps there are on all levels. */
export function countSteps(steps: readonly OutlineStep[]): number {
  return steps.reduce((sum, step) => sum + 1 + countSteps(step.substeps), 0);
}

/** The steps without anything below the given number of levels. */
export function cutToLevels(steps: readonly OutlineStep[], levels: number): readonly OutlineStep[] {
  return steps.map((step) => ({ ...step, substeps: levels <= 1 ? [] : cutToLevels(step.substeps, levels - 1) }));
}

/** The list with one step replaced by its substeps, which take over its place in the order of dependence. */
export function expandStep(steps: readonly OutlineStep[], index: number): readonly OutlineStep[] {
  const parent = steps[index];
  if (parent === undefined) return steps;
  const awaited = new Set(parent.substeps.flatMap((step) => step.after));
  const last = parent.substeps.filter((step) => !awaited.has(step.key)).map((step) => step.key);
  const inner = parent.substeps.map((step) => ({
    ...step,
    ...(parent.isNamed === true ? { title: `${parent.title}: ${step.title}` } : {}),
    after: step.after.length > 0 ? step.after : parent.after,
  }));
  return [
    ...renamed(steps.slice(0, index), parent.key, last),
    ...inner,
    ...renamed(steps.slice(index + 1), parent.key, last),
  ];
}

/** The list with a step and the one after it made one. */
export function mergeWithNext(steps: readonly OutlineStep[], index: number): readonly OutlineStep[] {
  const first = steps[index];
  const second = steps[index + 1];
  if (first === undefined || second === undefined) return steps;
  const both = new Set([first.key, second.key]);
  const merged: OutlineStep = {
    key: first.key,
    title: `${first.title}; ${second.title}`,
    minutes: first.minutes + second.minutes,
    after: [...new Set([...first.after, ...second.after])].filter((key) => !both.has(key)),
    substeps: [],
  };
  return [...steps.slice(0, index), merged, ...renamed(steps.slice(index + 2), second.key, [first.key])];
}

function renamed(steps: readonly OutlineStep[], key: string, by: readonly string[]): readonly OutlineStep[] {
  return steps.map((step) =>
    step.after.includes(key)
      ? { ...step, after: [...new Set(step.after.flatMap((each) => (each === key ? by : [each])))] }
      : step,
  );
}
