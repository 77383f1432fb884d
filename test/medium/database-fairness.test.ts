import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newUuid } from '../../src/database/id.js';
import { Database } from '../../src/database/database.js';
import { RunQueueRepository } from '../../src/queue/run-queue.repository.js';
import { BulkheadRegistry } from '../../src/reliability/bulkhead/bulkhead.registry.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { makeTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

/** Of ten connections one is for leases, and of the other nine one is kept for whoever holds none. */
const POOL = { DATABASE_POOL_SIZE: '10', HOLDFAST_ROLE: 'api' };
const SHARED = 9;

let room: ComposedApp;
let flood: AbortController;
let floods: Promise<unknown>[];

beforeEach(async () => {
  room = await composeTestApp({ env: POOL });
  flood = new AbortController();
  floods = [];
});

afterEach(async () => {
  flood.abort(new Error('the flood is over'));
  await Promise.all(floods);
  await room.close();
});

/** Statements of one tenant that none of them ends before the test does, as long as they may take. */
function floodWith(count: number, tenantId: string): void {
  const database = room.app.get(Database);
  const options = { tenantId, signal: flood.signal, limitMs: 120_000, statementMs: 120_000 };
  const sleep = () => database.transaction((manager) => manager.query(SLEEP), options).catch(() => {});
  for (let one = 0; one < count; one++) floods.push(sleep());
}

const SLEEP = `SELECT set_config('statement_timeout', '120000', true), pg_sleep(100)`;

const bulkhead = () =>
  room.app
    .get(BulkheadRegistry)
    .snapshot()
    .find(({ name }) => name === 'database');

test('a tenant that floods the database takes neither its last place nor its queue from another one', async () => {
  const other = await makeTenant(room.api, 'the other');
  floodWith(200, newUuid());
  await until(() => bulkhead()?.active === SHARED - 1);
  expect(bulkhead()).toMatchObject({ queued: 50, rejected: 142 });
  const { text } = await room.api.get('/metrics');
  expect(text).toContain(`holdfast_bulkhead_active{bulkhead="database"} ${SHARED - 1}\n`);
  expect(text).toContain('holdfast_bulkhead_queued{bulkhead="database"} 50\n');
  for (let time = 0; time < 5; time++) expect((await other.api.get('/v1/projects')).status).toBe(200);
  const [first, second, third] = await Promise.all(
    ['a', 'b', 'c'].map((name) => other.api.post('/v1/projects', { name })),
  );
  expect([first?.status, second?.status, third?.status]).toEqual([201, 201, 201]);
  expect(bulkhead()?.active).toBe(SHARED - 1);
});

test('leases are renewed and handed back although tenants have taken every place that they can', async () => {
  floodWith(60, newUuid());
  floodWith(60, newUuid());
  await until(() => bulkhead()?.active === SHARED);
  const queue = room.app.get(RunQueueRepository);
  const run = { sessionId: newUuid(), fence: 1 };
  expect(await queue.renew({ worker: newUuid(), leaseMs: 1_000 }, [run])).toEqual([]);
  expect(await queue.release(newUuid(), [run])).toEqual([]);
  expect(bulkhead()?.active).toBe(SHARED);
});
