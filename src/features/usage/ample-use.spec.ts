import { beforeEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { AmpleUse } from './ample-use.js';

const USE = { tenantId: 'a', feature: 'chat' };

let clock: ManualClock;
let ample: AmpleUse;
const note = (use: typeof USE, left: number) => ample.note(use, left, ample.ask());
beforeEach(() => {
  clock = new ManualClock();
  ample = new AmpleUse(clock);
});

it('is believed for five seconds, for one tenant and one feature', async () => {
  expect(ample.isAmple(USE)).toBe(false);
  note(USE, Infinity);
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
  note(USE, Infinity);
  note(USE, left);
  expect([ample.isAmple(USE), ample.isUnlimited(USE)]).toEqual([isAmple, false]);
});

it('is kept of ten thousand, and forgotten of the oldest', () => {
  for (let tenant = 0; tenant <= 10_000; tenant++) note({ tenantId: `${tenant}`, feature: 'chat' }, Infinity);
  expect(ample.isAmple({ tenantId: '0', feature: 'chat' })).toBe(false);
  expect(ample.isAmple({ tenantId: '1', feature: 'chat' })).toBe(true);
});

it('is forgotten of one use, or of all', () => {
  const other = { ...USE, tenantId: 'b' };
  for (const use of [USE, other]) note(use, Infinity);
  ample.drop(USE);
  expect([ample.isAmple(USE), ample.isAmple(other)]).toEqual([false, true]);
  ample.dropAll();
  expect(ample.isAmple(other)).toBe(false);
});

it('is not told by what was asked before this process has set a limit, however late the answer', async () => {
  const askedMs = ample.ask();
  ample.drop(USE);
  ample.note(USE, Infinity, askedMs);
  expect(ample.isAmple(USE)).toBe(false);
  await clock.advance(1);
  note(USE, 1_000);
  ample.note(USE, Infinity, askedMs);
  expect([ample.isAmple(USE), ample.isUnlimited(USE)]).toEqual([true, false]);
});
