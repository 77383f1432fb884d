import type { OutlineStep } from './outline.js';
import { countSteps, cutToLevels, expandStep, mergeWithNext } from './outline.js';

export type Granularity = 1 | 2 | 3 | 4 | 5;

interface Shape {
  /** Bounds on the steps of the first level. Below `aim`, a step is opened into its parts where that fits. */
  readonly least: number;
  readonly most: number;
  readonly aim: number;
  /** How many first-level steps keep their substeps, and to which level. */
  readonly open: number;
  readonly levels: number;
}

const ALL = Number.POSITIVE_INFINITY;

const SHAPES = {
  1: { least: 3, most: 5, aim: 3, open: 0, levels: 1 },
  2: { least: 4, most: 7, aim: 6, open: 0, levels: 1 },
  3: { least: 5, most: 7, aim: 5, open: 2, levels: 2 },
  4: { least: 5, most: 7, aim: 5, open: ALL, levels: 2 },
  5: { least: 5, most: 7, aim: 5, open: ALL, levels: 3 },
} satisfies Record<Granularity, Shape>;

/** The finest plan has at least this many steps on all levels. */
const LEAST_IN_FINEST = 8;
const PADDING_MINUTES = 5;

/**
 * Brings an outline to the size that a granularity asks for: by opening its heaviest steps, merging its lightest, and, for an
 * outline too poor for either, by adding the closing steps of `padding` (titles, at least five).
 */
export function fitToGranularity(
  outline: readonly OutlineStep[],
  granularity: Granularity,
  padding: readonly string[],
): readonly OutlineStep[] {
  const shape = SHAPES[granularity];
  let steps = outline;
  while (steps.length > shape.most) steps = mergeWithNext(steps, lightestPair(steps));
  for (let index = heaviestToOpen(steps, shape); index >= 0; index = heaviestToOpen(steps, shape)) {
    steps = expandStep(steps, index);
  }
  steps = padded(steps, shape.least, padding);
  const fitted = keepOpen(steps, shape);
  if (granularity <= 2) return fitted;
  return grown(fitted, granularity === 5 ? LEAST_IN_FINEST : 0, padding);
}

function lightestPair(steps: readonly OutlineStep[]): number {
  const weight = (index: number): number => (steps[index]?.minutes ?? ALL) + (steps[index + 1]?.minutes ?? ALL);
  return steps.slice(1).reduce((best, _, index) => (weight(index) < weight(best) ? index : best), 0);
}

function heaviestToOpen(steps: readonly OutlineStep[], shape: Shape): number {
  if (steps.length >= shape.aim) return -1;
  return heaviest(steps, (step) => step.substeps.length > 1 && steps.length - 1 + step.substeps.length <= shape.most);
}

function heaviest(steps: readonly OutlineStep[], isFit: (step: OutlineStep) => boolean): number {
  return steps.reduce(
    (best, step, index) => (isFit(step) && step.minutes > (steps[best]?.minutes ?? -1) ? index : best),
    -1,
  );
}

function keepOpen(steps: readonly OutlineStep[], shape: Shape): readonly OutlineStep[] {
  const byWeight = steps.filter((step) => step.substeps.length > 0).toSorted((a, b) => b.minutes - a.minutes);
  const open = new Set(shape.open === ALL ? byWeight : byWeight.slice(0, shape.open));
  return steps.map((step) => ({
    ...step,
    substeps: open.has(step) ? cutToLevels(step.substeps, shape.levels - 1) : [],
  }));
}

function paddingStep(title: string, key: string, after: readonly string[]): OutlineStep {
  return { key, title, minutes: PADDING_MINUTES, after, substeps: [] };
}

function padded(steps: readonly OutlineStep[], least: number, padding: readonly string[]): readonly OutlineStep[] {
  const all = [...steps];
  for (const title of padding) {
    if (all.length >= least) break;
    const before = all.at(-1);
    all.push(paddingStep(title, `padding.${all.length}`, before === undefined ? [] : [before.key]));
  }
  return all;
}

/** A plan that should be nested, or larger, gets closing substeps under its last step. */
function grown(steps: readonly OutlineStep[], least: number, padding: readonly string[]): readonly OutlineStep[] {
  const missing = least - countSteps(steps);
  const last = steps.at(-1);
  const isNested = steps.some((step) => step.substeps.length > 0);
  if (last === undefined || (missing <= 0 && isNested)) return steps;
  const extra = padding.slice(0, Math.max(missing, 2)).map((title, index) => paddingStep(title, `grown.${index}`, []));
  const minutes = last.minutes + extra.length * PADDING_MINUTES;
  return [...steps.slice(0, -1), { ...last, minutes, substeps: [...last.substeps, ...extra] }];
}
