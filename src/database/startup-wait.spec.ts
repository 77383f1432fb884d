import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../test/support/kernel/manual-clock.js';
import { StartupFault } from '../config/startup-fault.js';
import { unreachable, whenReachable } from './startup-wait.js';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** Work that fails so often, and when each attempt was made. */
function failing(times: number, error: unknown) {
  const clock = new ManualClock();
  const attemptedMs: number[] = [];
  const waits: number[] = [];
  const work = () => {
    attemptedMs.push(clock.monotonicMs());
    return attemptedMs.length > times ? Promise.resolve('open') : Promise.reject(error);
  };
  const outcome = whenReachable(work, { sleep: clock.sleep, onWait: (delayMs) => void waits.push(delayMs) });
  return { clock, attemptedMs, waits, outcome };
}

describe('the first work with the database', () => {
  it('is tried again after 1, 4 and 16 s while the database cannot be reached, and each wait is told', async () => {
    const { clock, attemptedMs, waits, outcome } = failing(3, refused);
    await clock.advanceUntilIdle();
    await expect(outcome).resolves.toBe('open');
    expect(attemptedMs).toEqual([0, 1_000, 5_000, 21_000]);
    expect(waits).toEqual([1_000, 4_000, 16_000]);
  });

  it('fails after the third wait, with what to do and exit code 69', async () => {
    const { clock, attemptedMs, outcome } = failing(Infinity, refused);
    const rejected = expect(outcome).rejects.toMatchObject({
      name: 'StartupFault',
      exitCode: 69,
      message: expect.stringMatching(/cannot be reached \(connect ECONNREFUSED\)\. .*DATABASE_URL/),
      cause: refused,
    });
    await clock.advanceUntilIdle();
    await rejected;
    expect(attemptedMs).toHaveLength(4);
    expect(clock.pending).toBe(0);
  });

  it.each([
    [
      'a database that is not there',
      new Error('database "shop" does not exist'),
      'reached (database "shop" does not exist)',
    ],
    ['a name with several addresses', new AggregateError([refused, refused]), 'reached (connect ECONNREFUSED)'],
    ['a failure without words', new AggregateError([]), 'The database cannot be reached.'],
  ])('says what was wrong with %s', (_what, error, words) => {
    expect(unreachable(error).message).toContain(words);
  });

  it.each([
    ['a fault that waiting does not mend', new StartupFault('not migrated')],
    ['a wrong password', Object.assign(new Error('password'), { code: '28P01' })],
    ['a mistake of our own', new TypeError('x is not a function')],
  ])('is not tried again after %s', async (_what, error) => {
    const { attemptedMs, waits, outcome } = failing(1, error);
    await expect(outcome).rejects.toBe(error);
    expect([attemptedMs, waits]).toEqual([[0], []]);
  });
});
