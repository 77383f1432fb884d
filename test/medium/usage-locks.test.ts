import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let clients: Client[];

beforeAll(async () => {
  database = await createTestDatabase();
  clients = Array.from({ length: 3 }, () => new Client(database.url));
  await Promise.all(clients.map((client) => client.connect()));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.drop();
});

const PERIOD = '2026-11-01';
const SETTLE = 'SELECT usage_settle($1::uuid[], $2, $3::date[], $4::uuid[], $5, $6)';
const RECONCILE = 'SELECT * FROM usage_reconcile($1::uuid[], $2, $3::date[], $4, $5::bigint[])';

const waiting = async (count: number) => {
  const rows = await database.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length === count;
};

describe('charges and reports of the same totals', () => {
  it('take turns without a deadlock also where a total is new', async () => {
    const [holder, settler, reporter] = clients;
    if (!holder || !settler || !reporter) throw new Error('three clients are needed');
    const tenants = [randomUUID(), randomUUID()].sort();
    const features = ['chat', 'chat'];
    const periods = [PERIOD, PERIOD];
    await database.query(`INSERT INTO usage_totals VALUES ($1, 'chat', $2, 0)`, [tenants[0], PERIOD]);
    await holder.query('BEGIN');
    await holder.query('SELECT FROM usage_totals WHERE tenant_id = $1 FOR UPDATE', [tenants[0]]);
    const installs = ['device-01', 'device-01'];
    const settled = settler.query(SETTLE, [
      tenants,
      features,
      periods,
      [randomUUID(), randomUUID()],
      installs,
      [true, true],
    ]);
    await until(() => waiting(1));
    const reconciled = reporter.query(RECONCILE, [tenants, features, periods, installs, [5, 5]]);
    await until(() => waiting(2));
    await holder.query('COMMIT');
    await expect(Promise.all([settled, reconciled])).resolves.toHaveLength(2);
    const totals = await database.query(`SELECT total::int FROM usage_totals ORDER BY tenant_id`);
    expect(totals).toEqual([{ total: 5 }, { total: 5 }]);
  });
});
