import type { PlannedStep } from './planned-step.js';

const WHAT_IT_IS =
  'No model provider is configured here. This is the offline planner of Holdfast: it cannot chat, but it plans tasks. ' +
  'A plan for what you wrote:';

/** A plan as text, for people who expected a model. */
export function planInWords(steps: readonly PlannedStep[]): string {
  return [WHAT_IT_IS, '', ...linesOf(steps, '')].join('\n');
}

function linesOf(steps: readonly PlannedStep[], above: string): string[] {
  return steps.flatMap(({ title, estimate_minutes: minutes, substeps }, index) => {
    const number = `${above}${index + 1}.`;
    return [`${number} ${title} (${minutes} min)`, ...linesOf(substeps, number)];
  });
}
