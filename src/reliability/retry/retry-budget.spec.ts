import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { RetryBudget } from './retry-budget.js';
import { RetryBudgetRegistry } from './retry-budget.registry.js';

describe('a retry budget', () => {
  it('starts full and is used up', () => {
    const budget = new RetryBudget('test', new ManualClock(), { capacity: 3 });
    expect([1, 2, 3, 4].map(() => budget.withdraw())).toEqual([true, true, true, false]);
    expect(budget.snapshot()).toEqual({ name: 'test', available: 0, spent: 3, denied: 1 });
  });

  it('earns one retry with ten requests, exactly', () => {
    const budget = new RetryBudget('test', new ManualClock(), { capacity: 1 });
    budget.withdraw();
    for (let request = 1; request <= 9; request += 1) budget.deposit();
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect(budget.withdraw()).toBe(true);
  });

  it('earns one retry each second, so that a quiet service can retry too', async () => {
    const clock = new ManualClock();
    const budget = new RetryBudget('test', clock, { capacity: 1 });
    budget.withdraw();
    await clock.advance(999);
    expect(budget.withdraw()).toBe(false);
    await clock.advance(1);
    expect(budget.withdraw()).toBe(true);
  });

  it('saves up no more than its capacity', async () => {
    const clock = new ManualClock();
    const budget = new RetryBudget('test', clock, { capacity: 2 });
    await clock.advance(1e9);
    for (let request = 0; request < 1000; request += 1) budget.deposit();
    expect([1, 2, 3].map(() => budget.withdraw())).toEqual([true, true, false]);
  });

  it('is never overdrawn, in any order of requests, retries and time', async () => {
    const step = fc.oneof(
      fc.constant('deposit' as const),
      fc.constant('withdraw' as const),
      fc.integer({ min: 0, max: 3000 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.array(step, { maxLength: 200 }),
        async (capacity, ratio, perSecond, steps) => {
          const clock = new ManualClock();
          const budget = new RetryBudget('test', clock, { capacity, ratio, perSecond });
          let earned = capacity;
          let spent = 0;
          for (const one of steps) {
            if (one === 'deposit') {
              budget.deposit();
              earned += ratio + 0.0005;
            } else if (one === 'withdraw') spent += budget.withdraw() ? 1 : 0;
            else {
              await clock.advance(one);
              earned += (one * perSecond) / 1000;
            }
            expect(spent).toBeLessThanOrEqual(earned + 1e-6);
            expect(budget.snapshot().available).toBeGreaterThanOrEqual(0);
            expect(budget.snapshot().available).toBeLessThanOrEqual(capacity);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the budget registry', () => {
  it('has one budget for each name', () => {
    const registry = new RetryBudgetRegistry(new ManualClock());
    expect(registry.get('database')).toBe(registry.get('database'));
    expect(registry.get('other')).not.toBe(registry.get('database'));
    expect(registry.snapshot().map(({ name }) => name)).toEqual(['database', 'other']);
  });
});
