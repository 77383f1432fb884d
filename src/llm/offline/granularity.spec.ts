import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Granularity } from './granularity.js';
import { fitToGranularity } from './granularity.js';
import type { OutlineStep } from './outline.js';
import { planFaults } from './plan-faults.js';
import { filled, numbered } from './planned-step.js';

const PADDING = ['a', 'b', 'c', 'd', 'e'];

const outline: fc.Arbitrary<readonly OutlineStep[]> = fc.letrec<{ level: readonly OutlineStep[] }>((tie) => ({
  level: fc
    .array(
      fc.record({
        minutes: fc.integer({ min: 1, max: 90 }),
        waits: fc.boolean(),
        inner: fc.oneof({ maxDepth: 2 }, fc.constant([]), tie('level')),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((steps) =>
      steps.map(({ minutes, waits, inner }, index) => ({
        key: `k${index}`,
        title: `T${index}`,
        minutes,
        after: waits && index > 0 ? [`k${index - 1}`] : [],
        substeps: prefixed(inner, `k${index}.`),
      })),
    ),
})).level;

function prefixed(steps: readonly OutlineStep[], prefix: string): readonly OutlineStep[] {
  return steps.map((step) => ({
    ...step,
    key: prefix + step.key,
    after: step.after.map((key) => prefix + key),
    substeps: prefixed(step.substeps, prefix),
  }));
}

describe('fitting an outline', () => {
  it.each([1, 2, 3, 4, 5] as const satisfies readonly Granularity[])(
    'reaches granularity %i from any outline',
    (granularity) => {
      fc.assert(
        fc.property(outline, (steps) => {
          const faults = planFaults(
            numbered(filled(fitToGranularity(steps, granularity, PADDING), {}, new Set())),
            granularity,
          );
          expect(faults).toEqual([]);
        }),
        { numRuns: 200 },
      );
    },
  );

  it('lets the steps that waited for an opened step wait for its last part', () => {
    const leaf = (key: string, after: readonly string[] = []): OutlineStep => ({
      key,
      title: key,
      minutes: 1,
      after,
      substeps: [],
    });
    const group: OutlineStep = {
      key: 'g',
      title: 'g',
      minutes: 9,
      after: ['a'],
      substeps: [leaf('g1'), leaf('g2', ['g1'])],
    };
    const steps = fitToGranularity([leaf('a'), group, leaf('z', ['g'])], 2, PADDING);
    expect(steps.map(({ key, after }) => [key, after])).toEqual([
      ['a', []],
      ['g1', ['a']],
      ['g2', ['g1']],
      ['z', ['g2']],
    ]);
  });
});
