import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { retryAfterMs } from './retry-after.js';

const clock = new ManualClock({ epochMs: Date.UTC(2026, 0, 1, 12, 0, 0) });
const of = (retryAfter: string) => retryAfterMs({ 'retry-after': retryAfter }, clock);

describe('what an answer asks to wait', () => {
  it.each([
    ['0', 0],
    ['1', 1000],
    [' 7 ', 7000],
    ['1.5', 1500],
    ['0.025', 25],
    ['3600', 3_600_000],
  ])('%s seconds', (text, ms) => expect(of(text)).toBe(ms));

  it.each([
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thursday, 01-Jan-26 12:00:30 GMT', 30_000],
    ['Thu Jan  1 12:00:30 2026', 30_000],
    ['Thu, 01 Jan 2026 12:00:00 GMT', 0],
    ['Thu, 01 Jan 2026 11:59:59 GMT', 0],
  ])('until %s', (text, ms) => expect(of(text)).toBe(ms));

  it.each([
    '',
    'soon',
    '-1',
    '1e3',
    'NaN',
    'Infinity',
    '5 apples',
    '0x10',
    '9'.repeat(400),
    'Xyz, 99 Foo 2026 12:00:30 GMT',
  ])('nothing, when it says %p', (text) => expect(of(text)).toBeUndefined());

  it('nothing, when it says nothing', () => expect(retryAfterMs({}, clock)).toBeUndefined());

  it('milliseconds before seconds, unless they are nonsense', () => {
    expect(retryAfterMs({ 'retry-after-ms': '250.5', 'retry-after': '1' }, clock)).toBe(250.5);
    expect(retryAfterMs({ 'retry-after-ms': 'x', 'retry-after': '1' }, clock)).toBe(1000);
  });

  it('the first, when it is said twice', () => {
    expect(retryAfterMs({ 'retry-after': ['2', '5'] }, clock)).toBe(2000);
    expect(retryAfterMs({ 'retry-after': [] }, clock)).toBeUndefined();
  });
});
