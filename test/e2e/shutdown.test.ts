import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { eventually, wordFor } from '../support/faults.js';
import { Callers } from '../support/callers.js';
import { Caller } from '../support/load.js';
import type { ProcessOptions } from '../support/process.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';

const DRAIN_MS = 5_000;
const CALLERS = 32;

const apps: ControlledApp[] = [];
const folders: string[] = [];
/** Holds a database that one test after the other uses: making one takes longer than all the rest of a start. */
let made: string;

function start(dataDir: string, env: Record<string, string> = {}, options: ProcessOptions = {}): ControlledApp {
  const app = new ControlledApp(dataDir, { HOLDFAST_DRAIN_MS: String(DRAIN_MS), ...env }, options);
  apps.push(app);
  return app;
}

function emptyFolder(): string {
  const folder = makeDataDir();
  folders.push(folder);
  return folder;
}

beforeAll(async () => {
  made = makeDataDir();
  const app = start(made);
  await app.process.ready();
  await app.stop();
});

afterEach(async () => {
  for (const app of apps.splice(0)) await app.sweep();
  for (const folder of folders.splice(0)) removeDataDir(folder);
});

afterAll(() => removeDataDir(made));

async function underLoad(baseUrl: string): Promise<Callers> {
  const callers = new Callers(baseUrl, CALLERS);
  await eventually('the load is served', 10_000, () => callers.served >= 500);
  return callers;
}

/** Callers stop at the first answer that is none. */
async function expectNoneFailed(callers: Callers): Promise<void> {
  const words = (await callers.ended()).map(wordFor);
  expect(words).toHaveLength(CALLERS);
  for (const word of words) expect(['503 shutting_down', 'ECONNREFUSED']).toContain(word);
}

async function expectCleanEnd(app: ControlledApp, signal: NodeJS.Signals): Promise<void> {
  const { code, signal: killedBy, tookMs } = await app.stop(signal);
  expect({ code, killedBy }).toEqual({ code: 0, killedBy: null });
  expect(tookMs).toBeLessThan(DRAIN_MS);
  expect(await app.left(0)).toEqual([]);
}

describe('under load', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s: every request on an open connection is answered, new ones go elsewhere, and nothing is left',
    async (signal) => {
      const app = start(made);
      const callers = await underLoad(await app.process.ready());
      await expectCleanEnd(app, signal);
      await expectNoneFailed(callers);
    },
  );

  test('SIGTERM to `npm start` itself reaches the server', async () => {
    const app = start(made, {}, { command: ['npm', 'start'], cwd: PACKAGE_ROOT });
    const callers = await underLoad(await app.process.ready());
    await expectCleanEnd(app, 'SIGTERM');
    await expectNoneFailed(callers);
  });

  test('Ctrl-C, which npm passes on a second time, ends it once', async () => {
    const app = start(made);
    const callers = await underLoad(await app.process.ready());
    void app.tree;
    app.process.kill('SIGINT');
    await sleep(20);
    await expectCleanEnd(app, 'SIGINT');
    await expectNoneFailed(callers);
  });
});

describe('a request that is under way when SIGTERM comes', () => {
  test('is answered when its work takes a second more; one that would take too long is told so', async () => {
    const database = await createTestDatabase();
    const app = start(emptyFolder(), { DATABASE_URL: database.url, HOLDFAST_DRAIN_MS: '1500' });
    const baseUrl = await app.process.ready();
    const [quick, late] = [new Caller(baseUrl, BOOTSTRAP_KEY), new Caller(baseUrl, BOOTSTRAP_KEY)];
    const holders = await Promise.all(['usage_counters', 'system.members'].map((table) => lock(database.url, table)));
    const [first, second] = [quick.send({ path: '/v1/usage' }), late.send({ path: '/v1/members' })];
    const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    await eventually(
      'both wait for a lock',
      3_000,
      async () => (await database.query<{ n: number }>(waiting))[0]?.n === 2,
    );
    app.process.kill('SIGTERM');
    await sleep(1_000);
    await holders[0]?.end();
    expect(wordFor(await first)).toBe('200');
    expect(wordFor(await second)).toBe('503 shutting_down');
    expect((await app.process.ended).code).toBe(0);
    await holders[1]?.end();
    await Promise.all([quick.close(), late.close()]);
    await database.drop();
  });

  test('readiness says so at once, while the others are still answered', async () => {
    const database = await createTestDatabase();
    const app = start(emptyFolder(), { DATABASE_URL: database.url });
    const baseUrl = await app.process.ready();
    const [busy, probe] = [new Caller(baseUrl, BOOTSTRAP_KEY), new Caller(baseUrl, 'none')];
    const holder = await lock(database.url, 'usage_counters');
    const answer = busy.send({ path: '/v1/usage' });
    expect((await probe.send({ path: '/health/ready' })).status).toBe(200);
    app.process.kill('SIGTERM');
    await eventually(
      'readiness is red',
      1_000,
      async () => (await probe.send({ path: '/health/ready' })).status === 503,
    );
    expect(wordFor(await probe.send({ path: '/health/ready' }))).toBe('503 shutting_down');
    expect((await probe.send({ path: '/health/live' })).status).toBe(200);
    await holder.end();
    expect(wordFor(await answer)).toBe('200');
    expect((await app.process.ended).code).toBe(0);
    await Promise.all([busy.close(), probe.close()]);
    await database.drop();
  });
});

describe('a signal during the start', () => {
  const folder = ({ dataDir }: ControlledApp): string => join(dataDir, 'postgres');
  const moments: [string, (app: ControlledApp) => boolean][] = [
    ['the data folder is claimed', ({ dataDir }) => existsSync(join(dataDir, 'postgres.lock'))],
    [
      'the cluster is being made',
      (app) => existsSync(folder(app)) && readdirSync(folder(app)).some((name) => name.startsWith('init-')),
    ],
    ['the cluster has been made', (app) => existsSync(join(folder(app), 'data'))],
    ['Postgres is starting', (app) => existsSync(join(folder(app), 'data', 'postmaster.pid'))],
  ];

  test.each(moments)('that comes when %s ends it with 0, and leaves no process', async (_moment, reached) => {
    const app = start(emptyFolder());
    await eventually(_moment, 10_000, () => reached(app));
    const { code } = await app.stop();
    expect({ code, output: app.process.stdout }).toEqual({ code: 0, output: '' });
    expect(await app.left(0)).toEqual([]);
  });

  test('that comes at any other moment does too', async () => {
    for (let delayMs = 0; delayMs <= 600; delayMs += 100) {
      const app = start(made);
      await sleep(delayMs);
      const { code, signal } = await app.stop();
      // Node itself takes some moments until it runs any code of ours.
      expect([0, 'SIGTERM']).toContain(code ?? signal);
      expect(await app.left(0)).toEqual([]);
    }
  });

  test('that comes while it waits for a database out of reach ends the wait', async () => {
    const app = start(emptyFolder(), { DATABASE_URL: 'postgres://holdfast:x@127.0.0.1:1/holdfast' });
    // The second pause: the first one was lived through with nothing else to keep the process alive.
    await app.process.printed(/next attempt in 4 s/);
    await expectCleanEnd(app, 'SIGTERM');
  });
});

async function lock(url: string, table: string): Promise<Client> {
  const holder = new Client(url);
  holder.on('error', () => {});
  await holder.connect();
  await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return holder;
}
