import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import { slow } from '../support/fake-provider/index.js';
import { seedOfRun } from '../support/seeded-random.js';
import { runWithFaults, type FaultyRun } from '../support/stream/faulty-runs.js';

const RUNS = 500;
const MOST_FAULTS = 6;
/** Most of a run is waiting. */
const AT_A_TIME = 40;

let council: CouncilApp;

beforeAll(async () => {
  council = await CouncilApp.start();
  council.meet(/./, slow(300));
}, 60_000);
afterAll(() => council.close());

test(`${RUNS} clients behind a proxy that cuts, delays, splits and stalls end with the exact log, verified, nothing twice`, async () => {
  const first = seedOfRun();
  process.stdout.write(`TEST_SEED=${first}\n`);
  const seeds = Array.from({ length: RUNS }, (_, index) => first + index);
  const runs: FaultyRun[] = [];
  const lane = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
      runs.push(await runWithFaults(council, seed, MOST_FAULTS));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  const endings = runs.flatMap((run) => run.endings);
  const counts = Object.entries(Object.groupBy(endings, (ending) => ending)).map(
    ([name, all]) => `${all.length} ${name}`,
  );
  process.stdout.write(`${endings.length} connections: ${counts.join(', ')}\n`);
  expect(runs.flatMap(({ faults }) => faults)).toEqual([]);
  expect(runs).toHaveLength(RUNS);
});
