import { describe, expect, it } from '@jest/globals';
import { ofSize } from './plan-size.js';
import type { PlanStep } from './plan-step.js';

const step = (id: string, more: Partial<PlanStep> = {}): PlanStep => ({
  id,
  title: id,
  estimate_minutes: 1,
  depends_on: [],
  substeps: [],
  ...more,
});
const flat = (count: number) => Array.from({ length: count }, (_, at) => step(`s${at}`));

describe('the coarsest granularity', () => {
  it('loses substeps, and what depended on them', () => {
    const steps = [step('a', { substeps: [step('a1')] }), step('b', { depends_on: ['a1', 'a'] }), step('c')];
    expect(ofSize(steps, 1)).toEqual({ ok: true, value: [step('a'), step('b', { depends_on: ['a'] }), step('c')] });
  });

  it.each([2, 6])('wishes for another number of steps than %i', (count) => {
    expect(ofSize(flat(count), 1)).toMatchObject({ ok: true, complaint: expect.stringContaining('3 to 5') });
  });

  it.each([3, 5])('is content with %i', (count) => {
    expect(ofSize(flat(count), 1)).toEqual({ ok: true, value: flat(count) });
  });
});

describe('the finest granularity', () => {
  it.each([
    ['seven steps', [...flat(5), step('x', { substeps: [step('x1')] })]],
    ['a flat list', flat(9)],
  ])('wishes for more than %s', (_, steps) => {
    expect(ofSize(steps, 5)).toMatchObject({ ok: true, value: steps, complaint: expect.stringContaining('8') });
  });

  it('is content with eight, nested', () => {
    const steps = [...flat(6), step('x', { substeps: [step('x1')] })];
    expect(ofSize(steps, 5)).toEqual({ ok: true, value: steps });
  });
});

it.each([2, 3, 4] as const)('granularity %i takes what comes', (granularity) => {
  expect(ofSize(flat(1), granularity)).toEqual({ ok: true, value: flat(1) });
});
