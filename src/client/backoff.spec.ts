import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delayMs, retryAfterMs } from './backoff.js';

const NEARLY_ONE = 1 - 2 ** -53;

describe('the wait before connecting again', () => {
  const range = (failures: number, retryMs = 1_000, asked?: number) =>
    [0, NEARLY_ONE].map((random) => Math.round(delayMs({ failures, retryMs, retryAfterMs: asked, random })));

  it('is anything up to what the server said, whether the last connection brought something or not', () => {
    expect([range(0), range(1)]).toEqual([
      [0, 1_000],
      [0, 1_000],
    ]);
  });

  it('doubles with each further fruitless connection, up to 30 s', () => {
    expect([2, 3, 4, 5, 6, 7, 2_000].map((failures) => range(failures)[1])).toEqual([
      2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('keeps what the server said in full from the second fruitless connection on: sooner would count as a storm', () => {
    expect([2, 3].map((failures) => range(failures)[0])).toEqual([1_000, 1_000]);
  });

  it('is never less than Retry-After asks for, and spread beyond it', () => {
    expect(range(0, 1_000, 60_000)).toEqual([60_000, 61_000]);
  });

  it('heeds a Retry-After of ten minutes at most: a date may come from a wrong clock', () => {
    expect(range(0, 0, 600_000)).toEqual([600_000, 600_001]);
    expect(range(0, 0, 600_001)).toEqual([600_000, 600_001]);
    expect(range(0, 1_000, Infinity)).toEqual([600_000, 601_000]);
  });

  it('grows up to a second if the server asks for next to none again and again', () => {
    expect([1, 4, 12].map((failures) => range(failures, 0, 0)[1])).toEqual([1, 8, 1_000]);
    expect(range(12, 0, 1)).toEqual([1, 1_000]);
    expect(range(3, 2_000, 1_000)).toEqual([1_000, 3_000]);
  });

  it('keeps to a longer time than the cap if the server says so', () => {
    expect(range(9, 50_000)).toEqual([50_000, 50_000]);
  });

  it('grows even if the server asks for none', () => {
    expect([1, 4, 12].map((failures) => range(failures, 0)[1])).toEqual([1, 8, 2_048]);
  });

  it('is the longest that a timer can wait when the server asks for more than any number', () => {
    expect(range(0, Infinity)).toEqual([0, 2 ** 31 - 1]);
  });

  it('is always one that a timer can wait', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, noNaN: true }),
        fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
        fc.double({ min: 0, max: NEARLY_ONE, noNaN: true }),
        (failures, retryMs, asked, random) => {
          const delay = delayMs({ failures, retryMs, retryAfterMs: asked, random });
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThan(2 ** 31);
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 21, 12);

  it('is read in seconds and as a date', () => {
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Sat, 21 Nov 2026 12:00:30 GMT', now)).toBe(30_000);
  });

  it('of a moment that has passed is no wait', () => {
    expect(retryAfterMs('Sat, 21 Nov 2026 11:00:00 GMT', now)).toBe(0);
  });

  it('is nothing when it is missing or makes no sense', () => {
    expect([null, 'soon', ''].map((header) => retryAfterMs(header, now))).toEqual([undefined, undefined, undefined]);
  });
});
