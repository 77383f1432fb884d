import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

/** Feeds gaps of single pieces. @returns the index of the gap at which it is given up; -1 when it never is. */
function givenUpAt(gaps: readonly number[], { patienceMs = 1000, first = 1 } = {}): number {
  const pace = new Pace(patienceMs);
  pace.begin(first);
  return gaps.findIndex((gap) => pace.isDripping(gap, 1));
}

const times = (count: number, gap: number): number[] => Array.from({ length: count }, () => gap);

describe('the pace of a stream', () => {
  it('is measured by its own beginning: one that falls to a drip is given up once it has dripped for long enough', () => {
    expect(givenUpAt([...times(5, 20), ...times(10, 400)])).toBe(7);
    expect(givenUpAt([...times(5, 100), ...times(10, 801)])).toBe(6);
  });

  it.each([
    ['slow from its first token', times(100, 3000)],
    ['slower than it began, but not much', [...times(5, 100), ...times(100, 800)]],
    ['fast to begin with, and still no drip', [...times(5, 0), ...times(100, 200)]],
    ['pausing now and then', [...times(5, 20), ...times(50, 0).flatMap(() => [900, 20])]],
  ])('leaves a stream alone that is %s', (_, gaps) => {
    expect(givenUpAt(gaps)).toBe(-1);
  });

  it('takes what comes in one packet for a fast beginning', () => {
    expect(givenUpAt(times(10, 500), { first: 8 })).toBe(1);
    expect(givenUpAt(times(10, 500), { first: 1 })).toBe(-1);
  });

  it('leaves one alone that comes in bursts as it began, and no other', () => {
    const slowBursts = (first: number, pieces: number) => {
      const pace = new Pace(1000);
      pace.begin(first);
      return Array.from({ length: 20 }, () => pace.isDripping(900, pieces)).includes(true);
    };
    expect([slowBursts(4, 4), slowBursts(6, 3), slowBursts(1, 3)]).toEqual([false, false, false]);
    expect([slowBursts(6, 2), slowBursts(6, 1)]).toEqual([true, true]);
    const late = new Pace(1000);
    late.begin(1);
    for (const gap of times(5, 20)) late.isDripping(gap, 1);
    expect(Array.from({ length: 5 }, () => late.isDripping(900, 2))).toContain(true);
  });

  it('counts the pieces that a late read brings', () => {
    const pace = new Pace(1000);
    pace.begin(6);
    for (let read = 0; read < 20; read += 1) expect(pace.isDripping(900, 10)).toBe(false);
  });
});
