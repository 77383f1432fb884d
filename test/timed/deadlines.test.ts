import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { eventually, expectWhole, wordFor } from '../support/faults.js';
import { Caller, type Outcome, type Shot } from '../support/load.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';
import { OwnPostgres } from '../support/server-control.js';

const DEADLINE = { 'x-deadline-ms': '200' };

/** What the client may measure: the contract's 400 ms. The answer is due at 200; the rest is the noise of a shared machine. */
const ANSWERED_MS = 400;
/** The server looks after its client every 100 ms. */
const GONE_MS = 500;
/** After this long a key is looked up again before it is believed. */
const KEY_STALE_MS = 4_100;

let postgres: OwnPostgres;
let app: ControlledApp;
let baseUrl: string;
let caller: Caller;
let gun: ChildProcess;
let dataDir: string;

beforeAll(async () => {
  dataDir = makeDataDir();
  postgres = await OwnPostgres.start();
  app = new ControlledApp(dataDir, { DATABASE_URL: postgres.url });
  baseUrl = await app.process.ready();
  caller = new Caller(baseUrl, BOOTSTRAP_KEY);
  gun = fork(join(PACKAGE_ROOT, 'test', 'support', 'volley.mjs'), { execArgv: [], env: {} });
});

afterEach(async () => {
  postgres.thaw();
  await eventually('served', 3_000, async () => (await caller.send({ path: '/v1/usage' })).status === 200);
  await expectWhole(baseUrl, BOOTSTRAP_KEY);
});

afterAll(async () => {
  gun.disconnect();
  await once(gun, 'exit');
  await caller.close();
  await app.sweep();
  await postgres.remove();
  removeDataDir(dataDir);
});

let installs = 0;

function reconcile(count: number, installId = `install-${installs++}`): Shot {
  return { path: '/v1/usage/reconcile', body: { install_id: installId, feature: 'breakdown', local_count: count } };
}

async function storedCounts(installId: string): Promise<number[]> {
  const rows = await postgres.query<{ count: string }>('SELECT count FROM usage_counters WHERE install_id = $1', [
    installId,
  ]);
  return rows.map(({ count }) => Number(count));
}

/** Statements of the application that the server is working on. */
async function working(): Promise<string[]> {
  return (await postgres.activity()).map(({ query }) => query);
}

/** Holds a row that reconciles of this install need, as a slow transaction would. */
async function lockRowsOf(feature: string): Promise<Client> {
  const holder = await postgres.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT * FROM usage_totals WHERE feature = $1 FOR UPDATE', [feature]);
  return holder;
}

async function release(holder: Client): Promise<void> {
  await holder.query('ROLLBACK');
  await holder.end();
}

/** Sends requests over several connections at once, from the process that times them. */
async function volley(shots: readonly Shot[]): Promise<Outcome[]> {
  const answered = once(gun, 'message');
  gun.send({ baseUrl, key: BOOTSTRAP_KEY, shots });
  const [outcomes] = (await answered) as [Outcome[]];
  return outcomes;
}

function expectDeadlineKept(answers: readonly Outcome[]): void {
  for (const answer of answers) {
    expect(wordFor(answer)).toBe('504 deadline_exceeded');
    expect(answer.elapsedMs).toBeLessThanOrEqual(ANSWERED_MS);
  }
}

async function expectGone(): Promise<void> {
  await eventually('its query is gone from pg_stat_activity', GONE_MS, async () => (await working()).length === 0);
}

describe('a request with X-Deadline-Ms: 200', () => {
  const shots: [string, () => Shot][] = [
    ['reads', () => ({ path: '/v1/usage', headers: DEADLINE })],
    ['writes', () => ({ ...reconcile(7), headers: DEADLINE })],
    ['lists keys', () => ({ path: '/v1/api-keys', headers: DEADLINE })],
  ];

  test.each(shots)('that %s is answered in time while the database is frozen, five times over', async (_does, shot) => {
    for (let round = 0; round < 5; round++) {
      // A key that was used lately is at hand: what has to wait is the work itself.
      expect((await caller.send({ path: '/v1/usage' })).status).toBe(200);
      await postgres.freeze();
      const answers = await volley([shot(), shot(), shot()]);
      postgres.thaw();
      expectDeadlineKept(answers);
      await expectGone();
    }
  });

  test('is answered in time also when the key itself has to be looked up in the frozen database', async () => {
    await sleep(KEY_STALE_MS);
    await postgres.freeze();
    const answers = await volley([
      { path: '/v1/usage', headers: DEADLINE },
      { ...reconcile(1), headers: DEADLINE },
    ]);
    postgres.thaw();
    expectDeadlineKept(answers);
    await expectGone();
  });

  test('that waits for a lock ends with its wait, and writes nothing afterwards', async () => {
    expect((await caller.send(reconcile(5, 'lock-waiter'))).status).toBe(200);
    const holder = await lockRowsOf('breakdown');
    const answers = await volley([
      { ...reconcile(50, 'lock-waiter'), headers: DEADLINE },
      { ...reconcile(60, 'lock-waiter'), headers: DEADLINE },
    ]);
    expectDeadlineKept(answers);
    await expectGone();
    await release(holder);
    expect(await storedCounts('lock-waiter')).toEqual([5]);
  });

  test('that waits for a slow statement ends the statement', async () => {
    const holder = await postgres.connect();
    await holder.query('BEGIN; LOCK TABLE usage_counters IN ACCESS EXCLUSIVE MODE');
    expectDeadlineKept(await volley([{ path: '/v1/usage', headers: DEADLINE }]));
    await expectGone();
    await release(holder);
  });
});

describe('a client that goes away in the middle of a request', () => {
  test('ends the work that was done for it, and nothing is written afterwards', async () => {
    expect((await caller.send(reconcile(5, 'one-who-leaves'))).status).toBe(200);
    const holder = await lockRowsOf('breakdown');
    const leaving = new AbortController();
    const answer = caller.send({ ...reconcile(50, 'one-who-leaves'), signal: leaving.signal });
    await eventually('it waits for the lock', 2_000, async () => (await working()).length > 0);
    leaving.abort();
    expect((await answer).status).toBeUndefined();
    await expectGone();
    await release(holder);
    expect(await storedCounts('one-who-leaves')).toEqual([5]);
  });

  test('takes nobody with it whose write travels in the same transaction', async () => {
    expect((await caller.send(reconcile(1, 'one-who-stays'))).status).toBe(200);
    const holder = await lockRowsOf('breakdown');
    const leaving = new AbortController();
    const [leaver, stayer] = [new Caller(baseUrl, BOOTSTRAP_KEY), new Caller(baseUrl, BOOTSTRAP_KEY)];
    const left = leaver.send({ ...reconcile(50, 'one-who-stays'), signal: leaving.signal });
    const stayed = stayer.send(reconcile(70, 'one-who-stays'));
    await eventually('it waits for the lock', 2_000, async () => (await working()).length > 0);
    leaving.abort();
    await left;
    await release(holder);
    expect(wordFor(await stayed)).toBe('200');
    expect(await storedCounts('one-who-stays')).toEqual([70]);
    await Promise.all([leaver.close(), stayer.close()]);
  });
});
