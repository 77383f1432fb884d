import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { reserveFor } from '../../src/reliability/bulkhead/bulkhead-options.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { eventually, expectServedOrRefused, expectWhole, healthOf, Prober, tally } from '../support/faults.js';
import { Load, type Shot } from '../support/load.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';
import { OwnPostgres } from '../support/server-control.js';

/** A statement's limit, the second that the server is given to enforce it, and the one at which its silence is measured. */
const SILENT_MS = 7_000;
/** For a machine that many share. */
const NOISE_MS = 1_500;
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
    await served(running, RECOVERY_MS);
    await running.stop();
    expectServedOrRefused(outcomesOf(running));
    expect(slowest(running)).toBeLessThan(SILENT_MS);
  });

  test('that is killed with SIGKILL and started again does no more harm than that', async () => {
    const running = load();
    await served(running, 10_000);
    await postgres.kill();
    await postgres.begin();
    await served(running, RECOVERY_MS);
    await running.stop();
    expectServedOrRefused(outcomesOf(running));
  });

  test('that ends all its connections again and again makes no request fail in another way', async () => {
    const running = load();
    await served(running, 10_000);
    let ended = 0;
    // Often enough to meet connections that are only just being made.
    for (let round = 0; round < 40; round++) {
      ended += await postgres.terminateConnections();
      await sleep(50);
    }
    expect(ended).toBeGreaterThan(10);
    await served(running, RECOVERY_MS);
    await running.stop();
    expectServedOrRefused(outcomesOf(running));
  });

  test('that is frozen for 10 s keeps nobody waiting past the limit of a statement', async () => {
    const running = load();
    await served(running, 10_000);
    await postgres.freeze();
    const frozenAt = performance.now();
    await eventually('readiness is red', 3_200, () => probes.ready.last === 503);
    await sleep(10_000 - (performance.now() - frozenAt));
    expect((await healthOf(baseUrl)).database).toBe('down');
    postgres.thaw();
    await served(running, RECOVERY_MS);
    await running.stop();
    expectServedOrRefused(outcomesOf(running));
    expect(slowest(running)).toBeLessThan(SILENT_MS + NOISE_MS);
  });

  test('in which locks hold up every connection of the pool makes callers wait a while, then turns them away', async () => {
    const running = load(16);
    await served(running, 10_000);
    await running.stop();
    const holder = await postgres.connect();
    await holder.query('BEGIN; LOCK TABLE usage_counters, system.members IN ACCESS EXCLUSIVE MODE');
    const crowd = new Load({ baseUrl, key: BOOTSTRAP_KEY, callers: 100 }, (caller) => ({
      path: caller % 2 === 0 ? '/v1/usage' : '/v1/members',
    }));
    loads.push(crowd);
    await eventually('all places are taken', 2_000, async () => {
      const { active = 0, limit = 0, queued } = (await healthOf(baseUrl)).bulkheads['database'] ?? {};
      // All that one tenant may have: the reserve is kept for others.
      return active === limit - reserveFor(limit) && queued === 50;
    });
    // Readiness asks on a connection of its own: the pool's plight is no reason to send traffic away.
    expect(probes.ready.last).toBe(200);
    await sleep(3_000);
    expect(probes.ready.last).toBe(200);
    await holder.query('ROLLBACK');
    await holder.end();
    await served(crowd, RECOVERY_MS);
    await crowd.stop();
    expectServedOrRefused(outcomesOf(crowd));
    expect(tally(outcomesOf(crowd))).toHaveProperty('503 overloaded');
    expect(slowest(crowd)).toBeLessThan(SILENT_MS + NOISE_MS);
  });
});

describe('a SIGTERM while Postgres is', () => {
  test.each([
    ['frozen', () => postgres.freeze(), () => postgres.thaw()],
    ['gone', () => postgres.kill(), () => postgres.begin()],
  ] as const)('%s ends the process as well, with 0', async (_state, fail, mend) => {
    const own = new ControlledApp(dataDir, { DATABASE_URL: postgres.url, HOLDFAST_DRAIN_MS: '500' });
    try {
      const url = await own.process.ready();
      await fail();
      // More than there are connections: some of them are being made when the signal comes.
      const crowd = new Load({ baseUrl: url, key: BOOTSTRAP_KEY, callers: 16 }, mixed, ({ status }) => status === 200);
      await sleep(300);
      const { code, tookMs } = await own.stop();
      await mend();
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(4_500);
      await crowd.ended();
      const strange = outcomesOf(crowd).filter(({ status, error }) => status !== 503 && error !== 'ECONNREFUSED');
      expect(tally(strange)).toEqual({});
    } finally {
      await own.sweep();
    }
  });
});
