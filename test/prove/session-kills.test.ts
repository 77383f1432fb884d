import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Fleet } from '../support/fleet/fleet.js';
import { killedAt, pointsOf, undisturbed, type Course, type Undisturbed } from '../support/fleet/kills.js';

/** So slow that a lease is renewed in mid-session. */
const LATENCY_MS = 400;
/** A point takes a lease of 8 s, most of it waiting. */
const AT_A_TIME = 8;

let fleets: Fleet[];

beforeAll(async () => {
  fleets = await Promise.all(Array.from({ length: AT_A_TIME }, () => Fleet.start({ latencyMs: LATENCY_MS })));
}, 120_000);

afterAll(() => Promise.all(fleets.map((fleet) => fleet.close())));

async function reference(course: Course): Promise<Undisturbed> {
  const [fleet] = fleets;
  if (!fleet) throw new Error('there is no fleet');
  return undisturbed(fleet, course);
}

test('kill -9 before and after every durable write of a session: nothing is lost, doubled or paid twice', async () => {
  const whole = await reference('to the end');
  const left = await reference('sent away');
  const todo: (readonly [string, Course])[] = [
    ...pointsOf(whole, 'to the end').map((point) => [point, 'to the end'] as const),
    ...pointsOf(left, 'sent away').map((point) => [point, 'sent away'] as const),
  ];
  const count = todo.length;
  const faults: string[] = [];
  const lane = async (fleet: Fleet): Promise<void> => {
    for (let next = todo.shift(); next; next = todo.shift())
      faults.push(...(await killedAt(fleet, next[0], whole.outcome, next[1])));
  };
  await Promise.all(fleets.map(lane));
  process.stdout.write(`${count} points\n`);
  // Claim, renewal, release; the start, nine answers and the end of a session of two seats and two rounds.
  expect(count).toBeGreaterThanOrEqual(2 * (3 + 11));
  expect(faults).toEqual([]);
});
