import { capitalised } from './excerpt.js';
import type { OutlineStep } from './outline.js';
import type { Slot, SlotValues } from './pattern.js';
import { fillPattern } from './pattern.js';

/** The contract's limit, code points. */
const LONGEST_TITLE = 280;

/** A step as the contract words it. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly detail?: string;
  readonly estimate_minutes: number;
  readonly depends_on: readonly string[];
  readonly substeps: readonly PlannedStep[];
}

/** The outline with its slots filled; adds the slots that show to `used`. */
export function filled(steps: readonly OutlineStep[], values: SlotValues, used: Set<Slot>): readonly OutlineStep[] {
  return steps.map((step) => ({
    ...step,
    title: fillPattern(step.title, values, used),
    ...(step.detail === undefined ? {} : { detail: fillPattern(step.detail, values, used) }),
    substeps: filled(step.substeps, values, used),
  }));
}

/** Numbers a filled outline: `1`, `1.2`, `1.2.3`. */
export function numbered(steps: readonly OutlineStep[], prefix = ''): readonly PlannedStep[] {
  const ids = new Map(steps.map((step, index) => [step.key, `${prefix}${index + 1}`]));
  return steps.map((step, index) => {
    const id = `${prefix}${index + 1}`;
    return {
      id,
      title: [...capitalised(step.title)].slice(0, LONGEST_TITLE).join('').trim(),
      ...(step.detail === undefined || step.detail === '' ? {} : { detail: step.detail }),
      estimate_minutes: step.minutes,
      depends_on: [...new Set(step.after.flatMap((key) => ids.get(key) ?? []))].filter((other) => other !== id),
      substeps: numbered(step.substeps, `${id}.`),
    };
  });
}
