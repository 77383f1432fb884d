import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlanStep } from './plan-step.js';
import { readPlan } from './plan.js';

function stepsOf(steps: unknown): readonly PlanStep[] {
  const reading = readPlan(JSON.stringify({ steps }));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.steps;
}

function everyStep(steps: readonly PlanStep[]): readonly PlanStep[] {
  return steps.flatMap((step) => [step, ...everyStep(step.substeps)]);
}

function dependencies(steps: readonly PlanStep[]): Record<string, readonly string[]> {
  return Object.fromEntries(everyStep(steps).map(({ id, depends_on }) => [id, depends_on]));
}

/** Plays the plan: a step starts after its parent has started and its dependencies have ended, and ends after its substeps. */
function canBeScheduled(steps: readonly PlanStep[]): boolean {
  const started = new Set<string>();
  const ended = new Set<string>();
  const play = (list: readonly PlanStep[]): boolean => {
    let moved = false;
    for (const step of list) {
      if (!started.has(step.id) && step.depends_on.every((id) => ended.has(id)))
        moved = started.add(step.id).has(step.id);
      if (!started.has(step.id)) continue;
      moved = play(step.substeps) || moved;
      if (!ended.has(step.id) && step.substeps.every(({ id }) => ended.has(id)))
        moved = ended.add(step.id).has(step.id);
    }
    return moved;
  };
  while (play(steps));
  return ended.size === everyStep(steps).length;
}

describe('reading what a provider answered', () => {
  it.each([
    ['prose', 'Sure! Here is your plan.', 'not_json'],
    ['nothing', '', 'not_json'],
    ['a cut-off answer', '{"steps": [{"title": "a"}', 'not_json'],
    ['another object', '{"plan": []}', 'no_steps'],
    ['a bare list', '[]', 'no_steps'],
    ['an empty plan', '{"steps": []}', 'no_steps'],
    ['steps without titles', '{"steps": [{"id": "1"}, 7, null, {"title": "  "}]}', 'no_steps'],
    ['endless nesting', '['.repeat(100_000), 'not_json'],
  ])('says why %s is no plan, and does not throw', (_, content, reason) => {
    expect(readPlan(content)).toEqual({ ok: false, reason });
  });

  it('reads a plan inside a code fence', () => {
    expect(readPlan('```json\n{"steps": [{"title": "a"}]}\n```')).toMatchObject({ ok: true, steps: [{ title: 'a' }] });
  });

  it('completes what is missing and drops what is unknown', () => {
    expect(stepsOf([{ title: 'a', colour: 'red', substeps: [{ title: 'b', estimate_minutes: 7 }] }])).toEqual([
      {
        id: '1',
        title: 'a',
        estimate_minutes: 7,
        depends_on: [],
        substeps: [{ id: '1.1', title: 'b', estimate_minutes: 7, depends_on: [], substeps: [] }],
      },
    ]);
  });

  it('keeps ids that are unique, and gives new ones to the others without taking any that is in use', () => {
    expect(
      stepsOf([{ title: 'a', id: '2' }, { title: 'b' }, { title: 'c', id: '2' }, { title: 'd', id: 4 }]).map(
        ({ id }) => id,
      ),
    ).toEqual(['2', '2-2', '3', '4']);
  });

  it('trims titles to 280 code points without splitting one', () => {
    const [step] = stepsOf([{ title: `${'x'.repeat(279)}🎉🎉` }]);
    expect(step?.title).toBe(`${'x'.repeat(279)}🎉`);
  });

  it('makes titles and details one clean line', () => {
    expect(stepsOf([{ title: ' a\n\u0000b\uD800 ', detail: '\n' }])[0]).toEqual({
      id: '1',
      title: 'a b\uFFFD',
      estimate_minutes: 15,
      depends_on: [],
      substeps: [],
    });
  });

  it.each([
    [1.4, 1],
    [0.2, 1],
    [0, 15],
    [-5, 15],
    ['30', 30],
    ['soon', 15],
    [null, 15],
    [1e300, 527_040],
  ])('turns the estimate %p into %p', (estimate, minutes) => {
    expect(stepsOf([{ title: 'a', estimate_minutes: estimate }])[0]?.estimate_minutes).toBe(minutes);
  });

  it('cuts at three levels and twenty substeps', () => {
    const nested = { title: '1', substeps: [{ title: '2', substeps: [{ title: '3', substeps: [{ title: '4' }] }] }] };
    expect(everyStep(stepsOf([nested])).map(({ title }) => title)).toEqual(['1', '2', '3']);
    expect(
      stepsOf([{ title: 'a', substeps: Array.from({ length: 30 }, () => ({ title: 'b' })) }])[0]?.substeps,
    ).toHaveLength(20);
  });
});

describe('the order of a plan', () => {
  const step = (id: string, depends_on: readonly unknown[], substeps: readonly unknown[] = []) => ({
    id,
    title: id,
    depends_on,
    substeps,
  });

  it('keeps dependencies on earlier and on later steps', () => {
    expect(dependencies(stepsOf([step('a', ['c']), step('b', ['a']), step('c', [])]))).toEqual({
      a: ['c'],
      b: ['a'],
      c: [],
    });
  });

  it('drops dependencies on nothing and on the step itself, and repeats none', () => {
    expect(dependencies(stepsOf([step('a', ['a', 'x', 7, null]), step('b', ['a', 'a'])]))).toEqual({ a: [], b: ['a'] });
  });

  it('drops the dependency that closes a circle and keeps the others', () => {
    expect(dependencies(stepsOf([step('a', ['c']), step('b', ['a']), step('c', ['b'])]))).toEqual({
      a: [],
      b: ['a'],
      c: ['b'],
    });
  });

  it('drops a dependency between a step and a part of it', () => {
    expect(dependencies(stepsOf([step('a', ['b'], [step('b', ['a'])])]))).toEqual({ a: [], b: [] });
  });

  it('sees circles that run through the parts of a step', () => {
    expect(dependencies(stepsOf([step('a', ['b'], [step('a1', [])]), step('b', [], [step('b1', ['a1'])])]))).toEqual({
      a: [],
      a1: [],
      b: [],
      b1: ['a1'],
    });
  });

  it('can be worked through, whatever the provider wrote', () => {
    const ids = fc.integer({ min: 0, max: 12 }).map(String);
    const plan = fc.letrec<{ steps: unknown[] }>((tie) => ({
      steps: fc.array(
        fc.record(
          {
            title: fc.string(),
            id: ids,
            depends_on: fc.array(ids, { maxLength: 4 }),
            substeps: fc.oneof({ maxDepth: 4 }, fc.constant([]), tie('steps')),
          },
          { requiredKeys: ['title'] },
        ),
        { maxLength: 8 },
      ),
    })).steps;
    fc.assert(
      fc.property(plan, (steps) => {
        const reading = readPlan(JSON.stringify({ steps }));
        if (!reading.ok) return;
        const all = everyStep(reading.steps);
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        expect(canBeScheduled(reading.steps)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (steps) => void readPlan(JSON.stringify({ steps }))));
  });

  it('is found in bounded time for a plan made to be slow', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `${index}`);
    const leaf = (id: number) => ({ id: `${id}`, title: 'x', depends_on: ids.slice(id + 1, id + 40) });
    const steps = Array.from({ length: 50 }, (_, top) => ({
      ...leaf(top * 21),
      substeps: Array.from({ length: 20 }, (_unused, sub) => leaf(top * 21 + sub + 1)),
    }));
    const start = performance.now();
    stepsOf(steps);
    // No measure of speed: a check that walks every path would take hours, on any machine.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
