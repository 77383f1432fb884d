import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BOOTSTRAP_KEY, startTestApp, type TestApp } from '../support/app.js';
import { fuzz } from '../support/fuzzing/fuzz.js';
import { seedOfRun } from '../support/seeded-random.js';
import { makeTenant } from '../support/tenants.js';

const REQUESTS = 10_000;
/** Before memory is measured: compiled code and pools have their size then. */
const FIRST = 2_000;
const MAY_GROW_BYTES = 24 * 1024 * 1024;

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test(`${REQUESTS} requests that are wrong in every way are refused, each with a problem, and the server is none the worse`, async () => {
  const seed = seedOfRun();
  const port = Number(new URL(app.baseUrl).port);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const first = await fuzz({ port, key: BOOTSTRAP_KEY, seed, count: FIRST });
  expect(first.faults).toEqual([]);
  const before = liveBytes();
  const { faults, tally } = await fuzz({ port, key: BOOTSTRAP_KEY, seed: seed + 1, count: REQUESTS - FIRST });
  const grown = liveBytes() - before;
  process.off('unhandledRejection', note);

  expect(faults).toEqual([]);
  expect(unhandled).toEqual([]);
  // A fuzzer that no longer reaches the routes would pass for ever.
  expect(Object.keys(tally).length).toBeGreaterThan(15);
  expect(tally['200']).toBeGreaterThan(REQUESTS / 100);
  expect({ seed, loud: app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line)) }).toEqual({
    seed,
    loud: [],
  });
  expect(grown).toBeLessThan(MAY_GROW_BYTES);

  const { api } = await makeTenant(app.api);
  expect((await api.post('/v1/breakdowns', { input_text: 'Plan a party' })).status).toBe(200);
  expect((await api.get('/health/ready')).status).toBe(200);
});
