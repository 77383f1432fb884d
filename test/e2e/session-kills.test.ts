import { expect, test } from '@jest/globals';
import { Fleet } from '../support/fleet/fleet.js';
import { killedAt, undisturbed, type Course } from '../support/fleet/kills.js';

/** So slow that a lease is renewed in mid-session. */
const LATENCY_MS = 400;

/** One point for each way in which a death can meet a session; test/prove/session-kills.test.ts has them all. */
const POINTS: readonly (readonly [string, Course])[] = [
  ['run-claim 1 after', 'to the end'],
  ['session-append round-1/seat-2 before', 'to the end'],
  ['session-append plan after', 'to the end'],
  ['run-release 1 before', 'sent away'],
];

test('kill -9 before and after a durable write: another worker takes over, and nothing is lost, doubled or paid twice', async () => {
  const fleets = await Promise.all(POINTS.map(() => Fleet.start({ latencyMs: LATENCY_MS })));
  const [first] = fleets;
  if (!first) throw new Error('there is no fleet');
  try {
    const { outcome } = await undisturbed(first, 'to the end');
    const faults = await Promise.all(
      fleets.map((fleet, index) => killedAt(fleet, POINTS[index]?.[0] ?? '', outcome, POINTS[index]?.[1])),
    );
    expect(faults.flat()).toEqual([]);
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.close()));
  }
});
