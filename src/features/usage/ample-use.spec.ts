import { beforeEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { AmpleUse } from './ample-use.js';

const USE = { tenantId: 'a', feature: 'chat' };

let clock: ManualClock;
let ample: AmpleUse;
beforeEach(() => {
  clock = new ManualClock();
  ample = new AmpleUse(clock);
});

it('is believed for five seconds, for one tenant and one feature', async () => {
  expect(ample.isAmple(USE)).toBe(false);
  ample.note(USE, Infinity);
  await clock.advance(4_999);
  expect([ample.isAmple(USE), ample.isUnlimited(USE)]).toEqual([true, true]);
  expect([ample.isAmple({ ...USE, tenantId: 'b' }), ample.isAmple({ ...USE, feature: 'breakdown' })]).toEqual([
    false,
    false,
  ]);
  await clock.advance(1);
  expect([ample.isAmple(USE), ample.isUnlimited(USE)]).toEqual([false, false]);
});

it.each([
  [1_000, true],
  [999, false],
  [0, false],
  [-1, false],
])('with %i units left: %s', (left, isAmple) => {
  ample.note(USE, Infinity);
  ample.note(USE, left);
  expect([ample.isAmple(USE), ample.isUnlimited(USE)]).toEqual([isAmple, false]);
});

it('is kept of ten thousand, and forgotten of the oldest', () => {
  for (let tenant = 0; tenant <= 10_000; tenant++) ample.note({ tenantId: `${tenant}`, feature: 'chat' }, Infinity);
  expect(ample.isAmple({ tenantId: '0', feature: 'chat' })).toBe(false);
  expect(ample.isAmple({ tenantId: '1', feature: 'chat' })).toBe(true);
});

it('is forgotten of one use, or of all', () => {
  const other = { ...USE, tenantId: 'b' };
  for (const use of [USE, other]) ample.note(use, Infinity);
  ample.drop(USE);
  expect([ample.isAmple(USE), ample.isAmple(other)]).toEqual([false, true]);
  ample.dropAll();
  expect(ample.isAmple(other)).toBe(false);
});
