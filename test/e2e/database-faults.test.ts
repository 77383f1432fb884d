import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { eventually, expectServedOrRefused, expectWhole, healthOf, Prober, tally } from '../support/faults.js';
import { Load, type Shot } from '../support/load.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';
import { OwnPostgres } from '../support/server-control.js';

/** A statement's limit, and the second that the server is given to enforce it. */
const STATEMENT_MS = 6_000;
const RECOVERY_MS = 3_000;

let postgres: OwnPostgres;
let app: ControlledApp;
let baseUrl: string;
let probes: { live: Prober; ready: Prober };
let dataDir: string;
const loads: Load[] = [];

beforeAll(async () => {
  dataDir = makeDataDir();
  postgres = await OwnPostgres.start();
  app = new ControlledApp(dataDir, { DATABASE_URL: postgres.url, LOG_LEVEL: 'error' });
  baseUrl = await app.process.ready();
});

afterAll(async () => {
  console.log('APP', app.process.stdout.slice(-3000), app.process.stderr);
  await app.sweep();
  await postgres.remove();
  removeDataDir(dataDir);
});

beforeEach(() => {
  probes = { live: new Prober(baseUrl, '/health/live'), ready: new Prober(baseUrl, '/health/ready') };
});

/** Whatever happened: the process was alive all the time, is ready again, and holds nothing any more. */
afterEach(async () => {
  postgres.thaw();
  await Promise.all(loads.splice(0).map((running) => running.stop()));
  await eventually('ready again', RECOVERY_MS, () => probes.ready.last === 200);
  await Promise.all([probes.live.stop(), probes.ready.stop()]);
  expect(tally(probes.live.outcomes)).toEqual({ '200': probes.live.outcomes.length });
  expect(Math.max(...probes.live.outcomes.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(1_000);
  expect(Math.max(...probes.ready.outcomes.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(1_500);
  expect(tally(probes.ready.outcomes.filter(({ status }) => status !== 200 && status !== 503))).toEqual({});
  await expectWhole(baseUrl, BOOTSTRAP_KEY);
});

function mixed(caller: number, turn: number): Shot {
  if (turn % 4 === 3) return { path: '/v1/usage' };
  const body = { install_id: `install-${caller}`, feature: 'breakdown', local_count: turn };
  return { path: '/v1/usage/reconcile', body };
}

function load(callers = 64): Load {
  const running = new Load({ baseUrl, key: BOOTSTRAP_KEY, callers }, mixed);
  loads.push(running);
  return running;
}

/** Waits for answers that come from a database that is well. */
async function served(running: Load, withinMs: number): Promise<number> {
  const since = performance.now();
  return eventually('requests are served', withinMs, () => {
    const fresh = running.outcomes.filter(({ startedMs }) => startedMs >= since);
    return fresh.filter(({ outcome }) => outcome.status === 200).length > 100;
  });
}

function outcomesOf({ outcomes }: Load): Load['outcomes'][number]['outcome'][] {
  return outcomes.map(({ outcome }) => outcome);
}

function slowest(running: Load): number {
  return Math.max(...running.outcomes.map(({ outcome }) => outcome.elapsedMs));
}

describe('under load, a Postgres', () => {
  test('that is restarted costs nothing but 503 with Retry-After, and nobody has to restart the application', async () => {
    const running = load();
    await served(running, 10_000);
    await postgres.end();
    await eventually('readiness is red', 3_000, () => probes.ready.last === 503);
    await postgres.begin();
    const recoveredMs = await served(running, RECOVERY_MS);
    await running.stop();
    console.log('restart', tally(outcomesOf(running)), recoveredMs, slowest(running));
    expectServedOrRefused(outcomesOf(running));
    expect(slowest(running)).toBeLessThan(STATEMENT_MS);
  });

  test('that is killed with SIGKILL and started again does no more harm than that', async () => {
    const running = load();
    await served(running, 10_000);
    await postgres.kill();
    await postgres.begin();
    const recoveredMs = await served(running, RECOVERY_MS);
    await running.stop();
    console.log('kill', tally(outcomesOf(running)), recoveredMs, slowest(running));
    expectServedOrRefused(outcomesOf(running));
  });

  test('that ends all its connections again and again makes no request fail in another way', async () => {
    const running = load();
    await served(running, 10_000);
    let ended = 0;
    for (let round = 0; round < 15; round++) {
      ended += await postgres.terminateConnections();
      await sleep(100);
    }
    expect(ended).toBeGreaterThan(15);
    const recoveredMs = await served(running, RECOVERY_MS);
    await running.stop();
    console.log('terminate', tally(outcomesOf(running)), recoveredMs, slowest(running));
    expectServedOrRefused(outcomesOf(running));
  });

  test('that is frozen for 10 s keeps nobody waiting past the limit of a statement', async () => {
    const running = load();
    await served(running, 10_000);
    postgres.freeze();
    const frozenAt = performance.now();
    const redMs = await eventually('readiness is red', 3_200, () => probes.ready.last === 503);
    await sleep(10_000 - (performance.now() - frozenAt));
    expect((await healthOf(baseUrl)).database).toBe('down');
    postgres.thaw();
    const recoveredMs = await served(running, RECOVERY_MS);
    await running.stop();
    console.log('frozen', tally(outcomesOf(running)), { recoveredMs, redMs }, slowest(running));
    expectServedOrRefused(outcomesOf(running));
    expect(slowest(running)).toBeLessThan(STATEMENT_MS + 1_500);
  });
});
