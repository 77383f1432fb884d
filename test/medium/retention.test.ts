import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { RetentionRepository, type Removed } from '../../src/features/retention/retention.repository.js';
import { RetentionSweep } from '../../src/features/retention/retention-sweep.js';
import { SessionLogRepository } from '../../src/journal/session-log.repository.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { expectRefused } from '../support/refusal.js';
import { SessionDesk, type Stand } from '../support/session-desk.js';
import { readSession, uuidOfSession } from '../support/sessions.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

const DAYS = 90;
/** Longer than a test lasts from the making of a time to its use. */
const MARGIN_S = 60;
const LOG_TABLES = ['sessions', 'session_events', 'session_seats', 'system.runs'];
const TABLES = [...LOG_TABLES, 'stream_tickets'];

let desk: SessionDesk;
let tenant: TestTenant;
beforeAll(async () => void (desk = await SessionDesk.open()));
beforeEach(async () => {
  await makeDue();
  await pass();
  await makeDue();
  tenant = await makeTenant(desk.app.api);
});
afterAll(() => desk.close());

const query = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  desk.app.database.query<Row>(text, values);
const makeDue = () =>
  query(`UPDATE system.chores SET due_at = now(), worker = NULL, lease_until = NULL, after_tenant = NULL`);
const pass = (app: ComposedApp = desk.app): Promise<Removed> => app.app.get(RetentionSweep, { strict: false }).pass();
const step = (worker: string, rows: number) =>
  desk.app.app
    .get(RetentionRepository, { strict: false })
    .step({ worker, sessionDays: DAYS, rows, leaseMs: 60_000, pauseMs: 3_600_000 });

/** As if the session had ended so long ago. */
async function ended(id: string, { days = 0, seconds = 0 }): Promise<void> {
  const sql = `UPDATE sessions SET finished_at = now() - make_interval(days => $2, secs => $3) WHERE id = $1`;
  await query(sql, [uuidOfSession(id), days, seconds]);
}

/** A session that stands there, and ended long ago if it ended. */
async function old(stand: Stand, days = 2 * DAYS): Promise<string> {
  const id = await desk.at(stand, tenant.api);
  const { status } = await readSession(tenant.api, id);
  if (['completed', 'failed', 'cancelled'].includes(status)) await ended(id, { days });
  return id;
}

/** What is left of a session, by table. */
async function rowsOf(id: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const column = table === 'sessions' ? 'id' : 'session_id';
    const [row] = await query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${column} = $1`, [
      uuidOfSession(id),
    ]);
    if (row && row.n > 0) counts[table] = row.n;
  }
  return counts;
}

const statusOf = async (id: string) => (await tenant.api.get(`/v1/sessions/${id}`)).status;
const isWhole = async (id: string): Promise<boolean> => {
  const left = await rowsOf(id);
  const { last_sequence } = await readSession(tenant.api, id);
  return left['sessions'] === 1 && (left['session_events'] ?? 0) === last_sequence;
};

describe('a session that has ended', () => {
  it.each<Stand>(['completed', 'failed', 'beyond-recovery', 'cancelled'])(
    'as %s goes as a whole one day too late, and stays until then',
    async (stand) => {
      const [due, young] = [await old(stand), await old(stand)];
      await ended(due, { days: DAYS, seconds: 1 });
      await ended(young, { days: DAYS, seconds: -MARGIN_S });
      await query(
        `INSERT INTO session_seats SELECT tenant_id, id, 's', 'p', 'm', 1, 1, true FROM sessions WHERE id = $1`,
        [uuidOfSession(due)],
      );
      await query(
        `INSERT INTO stream_tickets SELECT tenant_id, id, gen_random_uuid() FROM sessions WHERE id = ANY ($1)`,
        [[due, young].map(uuidOfSession)],
      );
      expect(await pass()).toMatchObject({ sessions: 1, events: 1 });
      expect(await rowsOf(due)).toEqual({});
      expect(await rowsOf(young)).toMatchObject({ stream_tickets: 1 });
      expect(await isWhole(young)).toBe(true);
    },
  );

  it('and has gone is unknown to every route: no list, page or step shows a part of it', async () => {
    const id = await old('failed');
    await pass();
    for (const path of ['', '/events', '/events?after=1', '/result'])
      expectRefused(await tenant.api.get(`/v1/sessions/${id}${path}`), 'not_found');
    for (const action of ['start', 'pause', 'resume', 'cancel', 'retry'])
      expectRefused(await tenant.api.post(`/v1/sessions/${id}/${action}`, undefined), 'not_found');
    expect((await tenant.api.get<{ data: unknown[] }>('/v1/sessions')).body.data).toEqual([]);
  });

  it('and goes while it is read leaves no page that looks like the end of its log, and no broken result', async () => {
    const log = desk.app.app.get(SessionLogRepository, { strict: false });
    const eventsAfter = log.eventsAfter.bind(log);
    for (const path of ['events', 'result']) {
      const id = await old('completed');
      log.eventsAfter = async (...page) => {
        await makeDue();
        await pass();
        return eventsAfter(...page);
      };
      const answer = await tenant.api.get(`/v1/sessions/${id}/${path}`);
      log.eventsAfter = eventsAfter;
      expectRefused(answer, 'not_found');
    }
  });

  it('keeps its actions, which are the tenant’s work now', async () => {
    const id = await old('completed');
    await query(
      `INSERT INTO actions (tenant_id, id, session_id, key, title, detail, position, depends_on, estimate_minutes, owner_role, first_step)
       SELECT tenant_id, gen_random_uuid(), id, 'action-1', 't', 'd', 1, '{}', 5, 'o', 'f' FROM sessions WHERE id = $1`,
      [uuidOfSession(id)],
    );
    await pass();
    const { body } = await tenant.api.get<{ data: { session_id: string }[] }>(`/v1/actions?session_id=${id}`);
    expect(body.data).toEqual([expect.objectContaining({ session_id: id, title: 't' })]);
  });
});

describe('a session that has not ended', () => {
  it.each<Stand>(['created', 'queued', 'running', 'abandoned', 'paused'])(
    'stays however old it is: %s',
    async (stand) => {
      const id = await old(stand);
      await query(
        `UPDATE sessions SET created_at = now() - interval '9 years', started_at = now() - interval '9 years' WHERE id = $1`,
        [uuidOfSession(id)],
      );
      await query(`UPDATE session_events SET created_at = now() - interval '9 years' WHERE session_id = $1`, [
        uuidOfSession(id),
      ]);
      await pass();
      expect(await isWhole(id)).toBe(true);
    },
  );

  it('counts from its last failure, not from the first', async () => {
    const id = await old('failed');
    expect((await tenant.api.post(`/v1/sessions/${id}/retry`, undefined)).status).toBe(202);
    await pass();
    expect(await isWhole(id)).toBe(true);
    await desk.fail(await desk.claim(id));
    await pass();
    expect(await isWhole(id)).toBe(true);
  });
});

describe('a retry at the same moment', () => {
  it('that came first keeps the session', async () => {
    const id = await old('failed');
    const other = new Client(desk.app.database.url);
    await other.connect();
    await other.query('BEGIN');
    await other.query(`SELECT 1 FROM sessions WHERE id = $1 FOR NO KEY UPDATE`, [uuidOfSession(id)]);
    const neighbour = await old('failed');
    expect(await pass()).toMatchObject({ sessions: 1 });
    expect(await rowsOf(neighbour)).toEqual({});
    await other.query('COMMIT');
    await other.end();
    expect((await tenant.api.post(`/v1/sessions/${id}/retry`, undefined)).status).toBe(202);
    await makeDue();
    await pass();
    expect(await isWhole(id)).toBe(true);
  });

  it('that came second finds no session', async () => {
    const id = await old('failed');
    const other = new Client(desk.app.database.url);
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT * FROM retention_step($1, $2, 1000, 60000, 60000)', [randomUUID(), DAYS]);
    const retried = tenant.api.post(`/v1/sessions/${id}/retry`, undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await other.query('COMMIT');
    await other.end();
    expectRefused(await retried, 'not_found');
    expect(await rowsOf(id)).toEqual({});
  });

  it('in a crowd leaves each session whole or gone', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) ids.push(await old('failed'));
    const retries = ids.map((id) => tenant.api.post(`/v1/sessions/${id}/retry`, undefined));
    const [answers] = await Promise.all([Promise.all(retries), pass()]);
    for (const [index, id] of ids.entries()) {
      const went = await statusOf(id);
      expect([went, answers[index]?.status]).toEqual(went === 200 ? [200, 202] : [404, 404]);
      if (went === 200) expect(await isWhole(id)).toBe(true);
      else expect(await rowsOf(id)).toEqual({});
    }
  });
});

describe('a tenant’s own setting', () => {
  const set = (session_days: unknown, api = tenant.api) => api.put('/v1/retention', { session_days });

  it('is none at first, and that of the server holds', async () => {
    expect((await tenant.api.get('/v1/retention')).body).toEqual({ session_days: null, effective_session_days: DAYS });
  });

  it.each([
    [1, 1],
    [36_500, 36_500],
    [0, null],
    [null, DAYS],
  ])('of %p is in force as %p', async (session_days, effective_session_days) => {
    const shown = { session_days, effective_session_days };
    expect(await set(session_days)).toMatchObject({ status: 200, body: shown });
    expect((await tenant.api.get('/v1/retention')).body).toEqual(shown);
  });

  it.each([[-1], [36_501], [1.5], ['7'], [true], [[]], [{}], [undefined]])('cannot be %p', async (session_days) => {
    expectRefused(await set(session_days), 'validation_error');
  });

  it('removes earlier, and in no other tenant', async () => {
    const [mine, young] = [await old('completed', 8), await old('completed', 6)];
    const other = await makeTenant(desk.app.api);
    const theirs = await desk.at('completed', other.api);
    await ended(theirs, { days: 8 });
    await set(7);
    expect(await pass()).toMatchObject({ sessions: 1 });
    expect(await rowsOf(mine)).toEqual({});
    expect(await isWhole(young)).toBe(true);
    expect((await readSession(other.api, theirs)).id).toBe(theirs);
  });

  it('removes also where the server keeps all others for ever', async () => {
    const [mine, young] = [await old('completed', 8), await old('completed', 6)];
    const other = await makeTenant(desk.app.api);
    const theirs = await desk.at('completed', other.api);
    await ended(theirs, { days: 36_000 });
    await set(7);
    const terms = { worker: randomUUID(), sessionDays: 0, rows: 1_000, leaseMs: 60_000, pauseMs: 1_000 };
    const repository = desk.app.app.get(RetentionRepository, { strict: false });
    expect(await repository.step(terms)).toMatchObject({ state: 'done', sessions: 1 });
    expect(await rowsOf(mine)).toEqual({});
    expect([await isWhole(young), (await readSession(other.api, theirs)).id]).toEqual([true, theirs]);
  });

  it('keeps for longer, and for ever', async () => {
    const id = await old('completed', 9 * DAYS);
    await set(10 * DAYS);
    await pass();
    expect(await isWhole(id)).toBe(true);
    await set(0);
    await ended(id, { days: 36_000 });
    await makeDue();
    await pass();
    expect(await isWhole(id)).toBe(true);
    await set(null);
    await makeDue();
    await pass();
    expect(await rowsOf(id)).toEqual({});
  });
});

describe('what else has expired', () => {
  const keys = () =>
    query<{ holder: string }>(`SELECT holder FROM idempotency_keys WHERE tenant_id = $1`, [tenant.uuid]);
  const holds = () => query<{ id: string }>(`SELECT id FROM usage_reservations WHERE tenant_id = $1`, [tenant.uuid]);

  it('goes as well, and what has not stays', async () => {
    const [past, future] = [randomUUID(), randomUUID()];
    for (const [id, offset] of [
      [past, '-1 s'],
      [future, '1 hour'],
    ]) {
      const key = `INSERT INTO idempotency_keys VALUES ($1, sha256($2::text::bytea), $2::text::uuid, now() + $3::interval, sha256(''), NULL)`;
      await query(key, [tenant.uuid, id, offset]);
      const hold = `INSERT INTO usage_reservations VALUES ($1, 'session', '2026-11-01', $2, now() + $3::interval)`;
      await query(hold, [tenant.uuid, id, offset]);
    }
    expect(await pass()).toMatchObject({ keys: 1, holds: 1 });
    expect(await keys()).toEqual([{ holder: future }]);
    expect(await holds()).toEqual([{ id: future }]);
  });
});

describe('a pass', () => {
  it('is one of the cluster: of two processes one does it, and neither does it again before its time', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push(await old('cancelled'));
    const other = await composeTestApp({ database: desk.app.database, env: { HOLDFAST_ROLE: 'api' } });
    try {
      const removed = await Promise.all([pass(), pass(other)]);
      expect(removed.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(6);
      const late = await old('cancelled');
      expect(await Promise.all([pass(), pass(other)])).toEqual([NOTHING, NOTHING]);
      expect(await isWhole(late)).toBe(true);
    } finally {
      await other.close();
    }
  });

  it('that died is another’s when its lease is over, and goes on where it was', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await old('completed'));
    const [dead, next] = [randomUUID(), randomUUID()];
    expect(await step(dead, 3)).toMatchObject({ state: 'more', sessions: 2 });
    expect(await step(next, 1_000)).toMatchObject({ state: 'elsewhere', sessions: 0 });
    await query(`UPDATE system.chores SET lease_until = now()`);
    expect(await step(next, 1_000)).toMatchObject({ state: 'done', sessions: 3 });
    for (const id of ids) expect(await rowsOf(id)).toEqual({});
    expect(await step(dead, 1_000)).toMatchObject({ state: 'elsewhere' });
  });

  it('whose connection is cut in the middle has removed nothing of that step', async () => {
    const id = await old('completed');
    const other = new Client(desk.app.database.url);
    other.on('error', () => {});
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT * FROM retention_step($1, $2, 1000, 60000, 60000)', [randomUUID(), DAYS]);
    const [own] = (await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    // Waits until it has gone, and its locks with it.
    expect(await query(`SELECT pg_terminate_backend($1, 10000) AS gone`, [own?.pid])).toEqual([{ gone: true }]);
    expect(await isWhole(id)).toBe(true);
    expect(await pass()).toMatchObject({ sessions: 1 });
    expect(await rowsOf(id)).toEqual({});
  });

  it('ends a step with the session at which its rows were used up', async () => {
    for (let count = 0; count < 3; count += 1) await old('completed');
    const worker = randomUUID();
    // Each is its own row and one event.
    expect(await step(worker, 2)).toMatchObject({ state: 'more', sessions: 1 });
    expect(await step(worker, 3)).toMatchObject({ state: 'more', sessions: 2 });
    expect(await step(worker, 3)).toMatchObject({ state: 'done', sessions: 0 });
  });

  it('is told of in counts alone', async () => {
    const id = await old('completed');
    await pass();
    const line = desk.app.logLines.findLast((one) => one.includes('too old')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ removed: { sessions: 1, events: 1, keys: 0, holds: 0 } });
    expect(line).not.toContain(id);
    expect((await desk.app.api.get('/metrics')).text).toMatch(
      /holdfast_retention_removed_total\{kind="sessions"\} [1-9]/,
    );
  });
});

describe('the application’s own role', () => {
  it('still can delete nothing of a log', async () => {
    const other = new Client(desk.app.database.url);
    await other.connect();
    await other.query('SET ROLE holdfast_app');
    for (const table of LOG_TABLES)
      await expect(other.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
    await other.end();
  });
});

const NOTHING: Removed = { sessions: 0, events: 0, keys: 0, holds: 0 };
