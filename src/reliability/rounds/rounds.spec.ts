import { beforeEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { Rounds } from './rounds.js';

let clock: ManualClock;
let made: number;
beforeEach(() => {
  clock = new ManualClock();
  made = 0;
});

const rounds = (random = 0.5) => new Rounds({ everyMs: 1_000, graceMs: 200, sleep: clock.sleep, random: () => random });
const count = () => Promise.resolve((made += 1));

it('comes round once in its time', async () => {
  const going = rounds();
  going.begin(count);
  await clock.advance(999);
  expect(made).toBe(0);
  await clock.advance(1);
  expect(made).toBe(1);
  await clock.advance(2_000);
  expect(made).toBe(3);
  await going.end();
});

it.each([
  ['half of the time', 0, 500],
  ['one and a half', 1, 1_500],
])('spreads between %s', async (_name, random, dueMs) => {
  const going = rounds(random);
  going.begin(count);
  await clock.advance(dueMs - 1);
  expect(made).toBe(0);
  await clock.advance(1);
  expect(made).toBe(1);
  await going.end();
});

it('ends at once between two rounds, and leaves no timer', async () => {
  const going = rounds();
  going.begin(count);
  await clock.advance(10);
  await going.end();
  expect(clock.pending).toBe(0);
  await clock.advance(10_000);
  expect(made).toBe(0);
});

it('gives up a round that takes too long, whose pauses end with the beginning of the end', async () => {
  const going = rounds();
  let rested = false;
  going.begin(async () => {
    await going.rest(60_000);
    rested = true;
    await new Promise<void>((resolve) => going.givenUp.addEventListener('abort', () => resolve()));
  });
  await clock.advance(1_000);
  const over = going.end();
  await clock.advance(199);
  expect(rested).toBe(true);
  expect(going.givenUp.aborted).toBe(false);
  await clock.advance(1);
  expect(going.givenUp.aborted).toBe(true);
  await over;
});
