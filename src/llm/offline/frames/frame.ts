import type { Localised } from '../../language/language.js';

/** A step of a frame in all languages. A leaf has minutes of its own; a group takes as long as its steps. */
export type FrameStep = { readonly title: Localised; readonly isCore: boolean } & (
  | { readonly minutes: number; readonly steps?: never }
  | { readonly steps: readonly FrameStep[]; readonly minutes?: never }
);

/** What to do about a task of one kind when nothing more is known about it: five steps, each after the one before. */
export type Frame = readonly FrameStep[];

/** A step that is not divided further. */
export function leaf(minutes: number, title: Localised): FrameStep {
  return { title, minutes, isCore: false };
}

/** A step made of others. */
export function group(title: Localised, steps: readonly FrameStep[]): FrameStep {
  return { title, steps, isCore: false };
}

/** The step in which the work itself is done: things that the text enumerates become its substeps. */
export function core(title: Localised, steps: readonly FrameStep[]): FrameStep {
  return { title, steps, isCore: true };
}
