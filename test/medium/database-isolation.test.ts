import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { openDatabaseRoom, type DatabaseRoom } from '../support/database-room.js';

const OURS = randomUUID();
const THEIRS = randomUUID();

let room: DatabaseRoom;
let tables: string[];

beforeAll(async () => {
  room = await openDatabaseRoom();
  const rows = await room.owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  );
  tables = rows.map(({ name }) => name);
  for (const tenant of [OURS, THEIRS]) {
    await room.owner.query(`INSERT INTO quotas (tenant_id, feature, "limit") VALUES ($1, 'chat', 5)`, [tenant]);
    await room.owner.query(`INSERT INTO usage_counters VALUES ($1, 'chat', '2026-01-01', 'device-01', 3)`, [tenant]);
    await room.owner.query(`INSERT INTO usage_totals VALUES ($1, 'chat', '2026-01-01', 3)`, [tenant]);
    await room.owner.query(
      `INSERT INTO usage_reservations VALUES ($1, 'chat', '2026-01-01', gen_random_uuid(), now() + interval '1 hour')`,
      [tenant],
    );
    await room.owner.query(
      `INSERT INTO sessions (tenant_id, id, status, title, goal, constraints, spec, epoch, digest)
       VALUES ($1, $1, 'queued', 'Title', 'Goal', '[]', '{}', 'abcdefgh', decode(repeat('00', 32), 'hex'))`,
      [tenant],
    );
    await room.owner.query(
      `INSERT INTO session_events (tenant_id, session_id, created_at, sequence, event_version, type, data) VALUES ($1, $1, now(), 1, 1, 'x', '{}')`,
      [tenant],
    );
    await room.owner.query(`INSERT INTO session_seats VALUES ($1, $1, 'seat-1', 'sceptic', 'model', 1, 1, true)`, [
      tenant,
    ]);
    await room.owner.query(
      `INSERT INTO system.runs (session_id, tenant_id, state, queued_at) VALUES ($1, $1, 'queued', now())`,
      [tenant],
    );
    await room.owner.query(`INSERT INTO projects (tenant_id, id, name) VALUES ($1, gen_random_uuid(), 'a')`, [tenant]);
    await room.owner.query(
      `INSERT INTO actions (tenant_id, id, session_id, key, title, detail, position, depends_on, estimate_minutes,
                            owner_role, first_step)
       VALUES ($1, gen_random_uuid(), gen_random_uuid(), 'action-1', 'a', '', 1, '{}', 5, 'b', 'c')`,
      [tenant],
    );
    await room.owner.query(
      `INSERT INTO idempotency_keys VALUES ($1, $2, gen_random_uuid(), now() + interval '1 hour', $2, NULL)`,
      [tenant, randomBytes(32)],
    );
    await room.owner.query(`INSERT INTO retention (tenant_id, session_days) VALUES ($1, 30)`, [tenant]);
    await room.owner.query(`INSERT INTO stream_tickets (tenant_id, session_id, id) VALUES ($1, $1, $1)`, [tenant]);
  }
});
afterAll(() => room.close());

/** SQL as a pooled connection runs it. */
const asApp = <Row>(text: string, values: unknown[] = []) => room.dataSource.query<Row[]>(text, values);
const asTenant = <Row>(tenantId: string, text: string) =>
  room.transaction.run((manager) => manager.query<Row[]>(text), { tenantId });

it('covers every table of a tenant', () => {
  expect(tables.toSorted()).toEqual([
    'actions',
    'idempotency_keys',
    'projects',
    'quotas',
    'retention',
    'session_events',
    'session_seats',
    'sessions',
    'stream_tickets',
    'usage_counters',
    'usage_reservations',
    'usage_totals',
  ]);
});

describe('raw SQL without a tenant', () => {
  it('returns no row of any table', async () => {
    for (const table of tables) expect(await asApp(`SELECT * FROM ${table}`)).toEqual([]);
  });

  it('returns none either on a connection that served a tenant before', async () => {
    await asTenant(OURS, 'SELECT 1');
    for (const table of tables) expect(await asApp(`SELECT * FROM ${table}`)).toEqual([]);
  });

  it('changes and removes nothing', async () => {
    await asApp(`UPDATE usage_counters SET count = 0`);
    await asApp(`DELETE FROM quotas`);
    const [kept] = await room.owner.query(`SELECT (SELECT count(*)::int FROM quotas) AS quotas,
                                                  (SELECT sum(count)::int FROM usage_counters) AS counted`);
    expect(kept).toEqual({ quotas: 2, counted: 6 });
  });

  it('cannot insert', async () => {
    await expect(asApp(`INSERT INTO quotas VALUES ($1, 'chat', 1)`, [randomUUID()])).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('raw SQL with a tenant', () => {
  it('sees its own rows and no others, in every table', async () => {
    for (const table of tables)
      expect(await asTenant(OURS, `SELECT DISTINCT tenant_id FROM ${table}`)).toEqual([{ tenant_id: OURS }]);
  });

  it('cannot insert a row of another, nor give one away', async () => {
    const refused = { fault: 'defect', sqlState: '42501', code: 'internal_error' };
    await expect(asTenant(OURS, `INSERT INTO quotas VALUES ('${THEIRS}', 'session', 1)`)).rejects.toMatchObject(
      refused,
    );
    await expect(asTenant(OURS, `UPDATE quotas SET tenant_id = '${THEIRS}', feature = 'x'`)).rejects.toMatchObject(
      refused,
    );
  });

  it('cannot remove a row of another by naming it', async () => {
    await asTenant(OURS, `DELETE FROM usage_reservations WHERE tenant_id = '${THEIRS}'`);
    const [left] = await room.owner.query<{ count: number }>(
      `SELECT count(*)::int FROM usage_reservations WHERE tenant_id = $1`,
      [THEIRS],
    );
    expect(left?.count).toBe(1);
  });
});

describe("a login in the application's role", () => {
  const login = `login_${randomBytes(6).toString('hex')}`;
  let client: Client;
  beforeAll(async () => {
    await room.owner.query(`CREATE ROLE ${login} LOGIN PASSWORD 'secret' IN ROLE holdfast_app`);
    const url = new URL(room.owner.url);
    [url.username, url.password] = [login, 'secret'];
    client = new Client(url.href);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await room.owner.query(`DROP ROLE ${login}`);
  });

  it('sees nothing without a tenant', async () => {
    for (const table of tables) expect((await client.query(`SELECT * FROM ${table}`)).rows).toEqual([]);
  });

  it.each([
    ['become the writer', 'SET ROLE holdfast_writer'],
    ['give itself the writer', 'GRANT holdfast_writer TO CURRENT_USER'],
    ['pass row-level security by', `ALTER ROLE CURRENT_USER BYPASSRLS`],
    ['switch row-level security off', 'ALTER TABLE quotas DISABLE ROW LEVEL SECURITY'],
    ['make a table', 'CREATE TABLE public.own (x int)'],
    ['make a table among those of the system', 'CREATE TABLE system.own (x int)'],
    ['drop a policy', 'DROP POLICY quotas_tenant ON quotas'],
    ['replace the function that writes for all', 'DROP FUNCTION public.usage_reconcile'],
    ['change what a key may do', `UPDATE system.api_keys SET scopes = ARRAY['platform:admin']`],
    ['remove a key', 'DELETE FROM system.api_keys'],
    ['read the migrations and change them', 'DELETE FROM system.migrations'],
    ['change what was logged', `UPDATE session_events SET data = ''`],
    ['remove what was logged', 'DELETE FROM session_events'],
    ['say that a call was cheaper', 'UPDATE session_events SET input_tokens = 0'],
    ['change a secret', `UPDATE system.secrets SET value = ''`],
  ])('cannot %s', async (_what, sql) => {
    await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('what writes for all tenants', () => {
  it('can be called by the application alone', async () => {
    const [rights] = await room.owner.query(
      `SELECT bool_or(has_function_privilege('public', oid, 'EXECUTE')) AS anybody FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace`,
    );
    expect(rights).toEqual({ anybody: false });
  });

  it('shows the application no text, and itself sees none, of sessions in line', async () => {
    const claimed = await asApp<Record<string, unknown>>(
      `SELECT * FROM run_claim_places(gen_random_uuid(), 5, 0, 1000, true)`,
    );
    expect(Object.keys(claimed[0] ?? {}).toSorted()).toEqual(
      ['fence', 'last_sequence', 'running_ms', 'session_id', 'stalls', 'tenant_id', 'wanted'].toSorted(),
    );
    const readable = await room.owner.query<{ name: string }>(
      `SELECT DISTINCT column_name AS name FROM information_schema.column_privileges
        WHERE grantee = 'holdfast_writer' AND table_name LIKE 'session%' AND privilege_type = 'SELECT' ORDER BY 1`,
    );
    const places = [
      'id',
      'tenant_id',
      'status',
      'stage',
      'round',
      'attempt',
      'started_at',
      'finished_at',
      'wanted',
      'epoch',
    ];
    // Of the tables that belong to a session: whose their rows are.
    const owners = ['session_id'];
    const counts = ['fence', 'last_sequence', 'calls', 'input_tokens', 'output_tokens'];
    expect(readable.map(({ name }) => name)).toEqual([...places, ...owners, ...counts].toSorted());
    for (const table of tables) expect(await asApp(`SELECT * FROM ${table}`)).toEqual([]);
  });

  it('belongs to a role that is granted to nobody', async () => {
    // Logins of other tests on this cluster left out; before Postgres 16 a membership has no options, and gives both.
    const members = await room.owner.query(
      `SELECT member::regrole FROM pg_auth_members m
        WHERE roleid = 'holdfast_writer'::regrole AND member::regrole::text NOT LIKE 'login\\_%'
          AND (coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
            OR coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true))`,
    );
    expect(members).toEqual([]);
  });
});
