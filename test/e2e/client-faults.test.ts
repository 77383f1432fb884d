import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import { slow } from '../support/fake-provider/index.js';
import { seedOfRun } from '../support/seeded-random.js';
import { runWithFaults } from '../support/stream/faulty-runs.js';

const RUNS = 24;
const MOST_FAULTS = 3;

let council: CouncilApp;

beforeAll(async () => {
  council = await CouncilApp.start();
  // So slow that sessions are under way while they are followed.
  council.meet(/./, slow(200));
});
afterAll(() => council.close());

it('whatever becomes of connections, a client ends with the exact log, verified, nothing twice', async () => {
  const first = seedOfRun();
  process.stdout.write(`TEST_SEED=${first}\n`);
  const runs = await Promise.all(
    Array.from({ length: RUNS }, (_, index) => runWithFaults(council, first + index, MOST_FAULTS)),
  );
  expect(runs.flatMap(({ faults }) => faults)).toEqual([]);
  expect(runs.reduce((sum, { connections }) => sum + connections, 0)).toBeGreaterThan(RUNS);
});
