import type { Reading } from '../../llm/broker/llm-call.js';
import type { Granularity } from '../../llm/offline/granularity.js';
import { withoutCycles } from './plan-order.js';
import type { PlanStep } from './plan-step.js';

const FEWEST_FLAT = 3;
const MOST_FLAT = 5;
const FEWEST_FINE = 8;

/**
 * Checks a plan against what its granularity promises. The coarsest plans lose their substeps here; what only the planner can
 * mend becomes a wish.
 */
export function ofSize(steps: readonly PlanStep[], granularity: Granularity): Reading<readonly PlanStep[]> {
  if (granularity === 1) {
    const value = withoutCycles(steps.map((step) => ({ ...step, substeps: [] })));
    const fits = value.length >= FEWEST_FLAT && value.length <= MOST_FLAT;
    return { ok: true, value, ...(fits ? {} : { complaint: `it must have ${FEWEST_FLAT} to ${MOST_FLAT} steps.` }) };
  }
  if (granularity === 5 && (countOf(steps) < FEWEST_FINE || steps.every(({ substeps }) => substeps.length === 0)))
    return {
      ok: true,
      value: steps,
      complaint: `it must have at least ${FEWEST_FINE} steps in all, some with substeps.`,
    };
  return { ok: true, value: steps };
}

function countOf(steps: readonly PlanStep[]): number {
  return steps.reduce((sum, { substeps }) => sum + 1 + countOf(substeps), 0);
}
