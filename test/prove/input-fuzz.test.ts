import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { healthOf } from '../support/faults.js';
import { fuzz } from '../support/fuzzing/fuzz.js';
import { MAIN } from '../support/process.js';
import { SeededRandom, seedOfRun } from '../support/seeded-random.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';

const ROUNDS = 10;
const REQUESTS = 10_000;
/** The engine lets garbage lie while there is room: only in a small heap does growth mean that something is kept. */
const HEAP = ['--max-semi-space-size=8', '--max-old-space-size=96'];
/** From the middle to the end: until then arenas grow to the size that such bodies need. */
const MAY_GROW_MB = 24;

let dataDir: string;
let app: ControlledApp;

beforeAll(() => {
  dataDir = makeDataDir();
  const command = [process.execPath, ...HEAP, MAIN];
  app = new ControlledApp(dataDir, { LOG_LEVEL: 'error' }, { command });
});

afterAll(async () => {
  await app.sweep();
  removeDataDir(dataDir);
});

test(`${ROUNDS} times ${REQUESTS} wrong requests leave the server as it was`, async () => {
  const seeds = new SeededRandom(seedOfRun());
  const baseUrl = await app.process.ready();
  const port = Number(new URL(baseUrl).port);
  const memoryMb: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const seed = round === 0 ? seeds.seed : seeds.int(0, 2 ** 32 - 1);
    const { faults, tally } = await fuzz({ port, key: BOOTSTRAP_KEY, seed, count: REQUESTS });
    process.stdout.write(`seed ${seed}: ${JSON.stringify(tally)}\n`);
    expect(faults).toEqual([]);
    const { status, memory_mb } = await healthOf(baseUrl);
    expect(status).toBe('ok');
    memoryMb.push(memory_mb);
  }
  process.stdout.write(`resident: ${memoryMb.join(', ')} MB\n`);
  expect((memoryMb.at(-1) ?? Infinity) - (memoryMb[ROUNDS / 2 - 1] ?? 0)).toBeLessThan(MAY_GROW_MB);
  expect(app.process.stdout.split('\n').filter((line) => line.startsWith('{'))).toEqual([]);
  expect(await app.stop()).toMatchObject({ code: 0 });
  expect(app.process.stderr).toBe('');
});
