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
const CHARGE = 'SELECT usage_charge($1::uuid[], $2, $3::date[], $4::uuid[], $5) AS left_after';
const CHARGE_ONE = `SELECT usage_charge_one($1, 'chat', $2, 'server') AS left_after`;
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

describe('charges afterwards', () => {
  const makeTenants = async (limits: readonly (number | null)[]) => {
    const tenants = limits.map(() => randomUUID()).sort();
    for (const [at, limit] of limits.entries())
      await database.query(`INSERT INTO quotas (tenant_id, feature, "limit") VALUES ($1, 'chat', $2)`, [
        tenants[at],
        limit,
      ]);
    return tenants;
  };
  const charge = (client: Client | undefined, tenants: readonly (string | undefined)[]) =>
    client?.query(CHARGE, [
      tenants,
      tenants.map(() => 'chat'),
      tenants.map(() => PERIOD),
      tenants.map(() => randomUUID()),
      tenants.map(() => 'server'),
    ]);
  const totalsOf = async (tenants: readonly string[]) => {
    const rows = await database.query<{ total: number; count: number }>(
      `SELECT t.total::int, c.count::int FROM usage_totals t JOIN usage_counters c USING (tenant_id, feature, period)
        WHERE tenant_id = ANY ($1) ORDER BY tenant_id`,
      [tenants],
    );
    return rows.map(({ total, count }) => [total, count]);
  };

  it('take what is left in the order given, whoever else is in the batch, and hold nothing', async () => {
    const [limited, free] = await makeTenants([3, null]);
    if (limited === undefined || free === undefined) throw new Error('two tenants are needed');
    const taken = await charge(clients[0], [limited, free, limited, limited, free, limited, limited]);
    expect(taken?.rows).toEqual([{ left_after: ['2', null, '1', '0', null, '-1', '-2'] }]);
    expect(await totalsOf([limited, free])).toEqual([
      [3, 3],
      [2, 2],
    ]);
    expect(await database.query('SELECT FROM usage_reservations')).toEqual([]);
  });

  it('count what others have reserved as taken', async () => {
    const [limited] = await makeTenants([1]);
    if (limited === undefined) throw new Error('a tenant is needed');
    await database.query(
      `INSERT INTO usage_reservations (tenant_id, feature, period, id, expires_at)
       VALUES ($1, 'chat', $2, $3, now() + interval '1 hour')`,
      [limited, PERIOD, randomUUID()],
    );
    expect((await charge(clients[0], [limited]))?.rows).toEqual([{ left_after: ['-1'] }]);
    await database.query('DELETE FROM usage_reservations');
  });

  it('take turns with reports without a deadlock, also where only the last of the totals has a limit', async () => {
    const [holder, charger, reporter] = clients;
    const tenants = await makeTenants([null, 9]);
    await database.query(`INSERT INTO usage_totals VALUES ($1, 'chat', $3, 0), ($2, 'chat', $3, 0)`, [
      ...tenants,
      PERIOD,
    ]);
    await holder?.query('BEGIN');
    await holder?.query('SELECT FROM usage_totals WHERE tenant_id = $1 FOR UPDATE', [tenants[0]]);
    const charged = charge(charger, tenants.toReversed());
    await until(() => waiting(1));
    const [features, periods] = [tenants.map(() => 'chat'), tenants.map(() => PERIOD)];
    const reconciled = reporter?.query(RECONCILE, [tenants, features, periods, ['device-1', 'device-1'], [5, 5]]);
    await until(() => waiting(2));
    await holder?.query('COMMIT');
    await expect(Promise.all([charged, reconciled])).resolves.toHaveLength(2);
    const rows = await database.query('SELECT total::int FROM usage_totals WHERE tenant_id = ANY ($1)', [tenants]);
    expect(rows).toEqual([{ total: 6 }, { total: 6 }]);
  });
});

describe('a charge that is alone', () => {
  const chargeOne = async (client: Client | undefined, tenant: string) => {
    const result = await client?.query<{ left_after: string | null }>(CHARGE_ONE, [tenant, PERIOD]);
    return result?.rows[0]?.left_after;
  };
  const reserve = (tenant: string, expiry: string) =>
    database.query(
      `INSERT INTO usage_reservations (tenant_id, feature, period, id, expires_at)
       VALUES ($1, 'chat', $2, $3, now() + $4::interval)`,
      [tenant, PERIOD, randomUUID(), expiry],
    );
  const limitTo = (tenant: string, limit: number | null) =>
    database.query(`INSERT INTO quotas (tenant_id, feature, "limit") VALUES ($1, 'chat', $2)`, [tenant, limit]);
  const total = async (tenant: string) => {
    const [row] = await database.query<{ total: number; counted: number }>(
      `SELECT total::int, (SELECT coalesce(sum(count), 0)::int FROM usage_counters WHERE tenant_id = $1) AS counted
         FROM usage_totals WHERE tenant_id = $1`,
      [tenant],
    );
    return [row?.total, row?.counted];
  };

  it.each(['no quota', 'a quota without a limit'])('counts with %s, and tells of none', async (quota) => {
    const tenant = randomUUID();
    if (quota !== 'no quota') await limitTo(tenant, null);
    expect([await chargeOne(clients[0], tenant), await chargeOne(clients[1], tenant)]).toEqual([null, null]);
    expect(await total(tenant)).toEqual([2, 2]);
  });

  it('takes what is left beside what others hold, of which what has expired is none, and then nothing', async () => {
    const tenant = randomUUID();
    await limitTo(tenant, 3);
    await reserve(tenant, '1 hour');
    await reserve(tenant, '-1 second');
    const left = [];
    for (let call = 0; call < 4; call++) left.push(await chargeOne(clients[0], tenant));
    expect(left).toEqual(['1', '0', '-1', '-1']);
    expect(await total(tenant)).toEqual([2, 2]);
  });

  it('waits for whoever takes the last unit, and finds it taken', async () => {
    const [holder, charger] = clients;
    const tenant = randomUUID();
    await limitTo(tenant, 1);
    await database.query(`INSERT INTO usage_totals VALUES ($1, 'chat', $2, 0)`, [tenant, PERIOD]);
    await holder?.query('BEGIN');
    await holder?.query('SELECT FROM usage_totals WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    const charged = chargeOne(charger, tenant);
    await until(() => waiting(1));
    // Under the same lock, as usage_reserve does: what a statement sees that began before it does not hold any more.
    await holder?.query(`INSERT INTO usage_reservations VALUES ($1, 'chat', $2, $3, now() + interval '1 hour')`, [
      tenant,
      PERIOD,
      randomUUID(),
    ]);
    await holder?.query('COMMIT');
    expect(await charged).toBe('-1');
    expect(await total(tenant)).toEqual([0, 0]);
  });
});
