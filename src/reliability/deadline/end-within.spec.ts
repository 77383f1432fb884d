import { beforeEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { endWithin } from './end-within.js';

let clock: ManualClock;
let giveUp: AbortController;
beforeEach(() => {
  clock = new ManualClock();
  giveUp = new AbortController();
});

const end = (work: Promise<unknown>) => endWithin(work, { ms: 1_000, sleep: clock.sleep, giveUp });

it.each([
  ['has ended', () => Promise.resolve()],
  ['has failed', () => Promise.reject(new Error('lost'))],
])('waits no longer than until the work %s, and leaves no timer', async (_name, work) => {
  await end(work());
  expect(clock.pending).toBe(0);
});

it('gives up what takes too long, and waits for it to notice', async () => {
  const noticed = new Promise<void>((resolve) => giveUp.signal.addEventListener('abort', () => resolve()));
  const over = end(noticed);
  await clock.advance(999);
  expect(giveUp.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(giveUp.signal.aborted).toBe(true);
  await over;
});
