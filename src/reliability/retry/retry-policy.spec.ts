import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClientGone } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import { ERROR_CODES, isErrorCode } from '../errors/codes.js';
import { compileRetryPolicy, mayRetry, retryDelayMs } from './retry-policy.js';

const policy = compileRetryPolicy({ maxAttempts: 3, baseMs: 100, capMs: 1000 });
const always = compileRetryPolicy({ maxAttempts: 9, retryable: () => true });
const aborted = () => Object.assign(new Error('aborted'), { name: 'AbortError' });

describe('may I retry?', () => {
  it('names exactly the codes of parts that may be back in a moment', () => {
    const retried = Object.keys(ERROR_CODES)
      .filter(isErrorCode)
      .filter((code) => mayRetry(new AppError(code), 1, policy));
    expect(retried).toEqual([
      'provider_timeout',
      'provider_unavailable',
      'provider_invalid_response',
      'overloaded',
      'queue_saturated',
      'dependency_unavailable',
    ]);
  });

  it('no, when the attempts are used up', () => {
    const error = new AppError('overloaded');
    expect([1, 2, 3, 4].map((attempt) => mayRetry(error, attempt, policy))).toEqual([true, true, false, false]);
  });

  it('no, for errors that nobody has classified', () => {
    expect(mayRetry(new Error('ECONNRESET'), 1, policy)).toBe(false);
  });

  it('yes, for what the policy itself knows', () => {
    const deadlocks = compileRetryPolicy({ retryable: (error) => error instanceof Error && error.message === '40P01' });
    expect(mayRetry(new Error('40P01'), 1, deadlocks)).toBe(true);
    expect(mayRetry(new AppError('overloaded'), 1, deadlocks)).toBe(false);
  });

  it.each([
    ['a client that has gone', new ClientGone()],
    ['a deadline', new AppError('deadline_exceeded')],
    ['a cancelled call', aborted()],
    ['a process that shuts down', new AppError('shutting_down')],
    ['a fault of our own', new AppError('internal_error')],
  ])('never after %s, whatever the policy says', (_name, error) => {
    expect(mayRetry(error, 1, always)).toBe(false);
  });
});

describe('how long?', () => {
  it('up to a bound that doubles until the cap', () => {
    const longest = (attempt: number) => retryDelayMs(new Error(), attempt, policy, () => 1);
    expect([1, 2, 3, 4, 5, 2000].map(longest)).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it('any time from nothing up to that bound (full jitter)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (n, r) => {
          const delayMs = retryDelayMs(new Error(), n, policy, () => r);
          expect(delayMs).toBeCloseTo(r * Math.min(1000, 100 * 2 ** Math.min(n - 1, 60)), 6);
        },
      ),
    );
  });

  it('never less than the failing part asked for', () => {
    const asked = new AppError('provider_unavailable', { retryAfterMs: 5000 });
    expect(retryDelayMs(asked, 1, policy, () => 0.5)).toBe(5000);
    expect(retryDelayMs(new AppError('overloaded', { retryAfterMs: 10 }), 1, policy, () => 0.5)).toBe(50);
  });

  it('not the second that a client is told when nobody asked for anything', () => {
    expect(retryDelayMs(new AppError('dependency_unavailable'), 1, policy, () => 0.5)).toBe(50);
  });
});

describe('retry options', () => {
  it('are compiled once and cannot change', () => {
    expect(Object.isFrozen(policy)).toBe(true);
    expect(compileRetryPolicy()).toMatchObject({ maxAttempts: 3, baseMs: 500, capMs: 10_000, totalMs: 30_000 });
  });

  it('are refused where they are written when they make no sense', () => {
    for (const wrong of [{ maxAttempts: 0 }, { maxAttempts: 2.5 }, { baseMs: -1 }, { capMs: NaN }, { totalMs: -1 }])
      expect(() => compileRetryPolicy(wrong)).toThrow(RangeError);
  });
});
