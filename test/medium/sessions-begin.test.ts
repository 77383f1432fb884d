import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { CLAIM_LOCK } from '../../migrations/create-sessions/run-functions.js';
import { uuidOf } from '../../src/database/id.js';
import { CAPACITY, CLAIMED_AT_ONCE, LOOK_MS, RESERVED } from '../../src/features/sessions/run/run-limits.js';
import { RunWorker } from '../../src/features/sessions/run/run-worker.js';
import { RunWakeUps } from '../../src/queue/run-wakeups.js';
import type { Sleep } from '../../src/reliability/ports.js';
import type { Answer } from '../support/client.js';
import { CouncilApp, GOAL } from '../support/council-app.js';
import { Gate } from '../support/gate.js';
import { expectSoundLog, typesOf } from '../support/session-log.js';
import { StatementCount } from '../support/statement-count.js';
import { makeTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

const SMALL = { seats: 2, max_rounds: 1 };

let council: CouncilApp;
let gate: Gate;
let count: StatementCount;
let restore = () => {};
beforeAll(async () => {
  council = await CouncilApp.start({ env: { LLM_A_MAX_CONCURRENCY: '1000' } });
  count = StatementCount.begin();
});
beforeEach(() => {
  gate = new Gate();
  council.meet(/./, gate.behaviour);
  count.clear();
});
afterEach(async () => {
  restore();
  // Whoever waits without looking has to be told.
  council.app.app.get(RunWakeUps, { strict: false }).announce();
  council.heal();
  gate.open();
  await until(async () => (await runs(council, 'state <> $1', 'idle')).length === 0);
});
afterAll(async () => {
  count.end();
  await council.close();
});

interface RunRow {
  readonly session_id: string;
  readonly state: string;
  readonly stalls: number;
  readonly claimed_sequence: number | null;
}

const runs = ({ app }: CouncilApp, where: string, value: string | undefined) =>
  app.database.query<RunRow>(`SELECT session_id, state, stalls, claimed_sequence FROM system.runs WHERE ${where}`, [
    value,
  ]);
const sent = (part: string) => count.statements.filter((text) => text.includes(part)).length;

/** Statements with this part that wait for a lock. */
const blocked = (part: string) =>
  council.app.database.query(
    `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'`,
    [part],
  );

/** Holds a lock for a while: whatever needs the table waits. */
async function whileLocked<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const holder = new Client(council.app.database.url);
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query(lock);
    return await work();
  } finally {
    await holder.end();
  }
}

/** The worker looks for runs only when it is told of some, and not by the clock as well. */
function withoutLooks(): () => void {
  const worker = council.app.app.get(RunWorker, { strict: false });
  const sleep = Reflect.get(worker, 'sleep') as Sleep;
  Reflect.set(worker, 'sleep', (ms: number, signal?: AbortSignal) =>
    ms === LOOK_MS ? new Promise<void>(() => {}) : sleep(ms, signal),
  );
  return () => void Reflect.set(worker, 'sleep', sleep);
}

describe('a session that is made where nobody waits', () => {
  test('begins with the statement that makes it, and with its first event', async () => {
    const id = await council.create(SMALL);
    await until(() => gate.sessions.includes(id));
    expect(count.statements).toEqual([expect.stringContaining('session_begin(')]);
    expect(await council.session(id)).toMatchObject({ status: 'running', started_at: expect.any(String) });
    expect(typesOf(await council.log(id))).toEqual(['session_started']);
    // An event has come since it was taken: should its worker die now, that is no stall.
    const [run] = await runs(council, 'session_id = $1', uuidOf('ses', id));
    expect(run).toMatchObject({ state: 'claimed', stalls: 0, claimed_sequence: 0 });
    gate.open();
    council.heal();
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expectSoundLog(await council.log(id));
    expect(Object.values(council.calls(id)).every((times) => times === 1)).toBe(true);
  });
});

describe('a session that is made', () => {
  test('where another one waits goes behind it in the line', async () => {
    const waiting = await council.create(SMALL, { start: false });
    const ids: string[] = [];
    // A claim passes over what somebody holds, so it stays in line for as long.
    await whileLocked(`SELECT FROM sessions WHERE id = '${uuidOf('ses', waiting)}' FOR SHARE`, async () => {
      await council.app.database.query(
        `INSERT INTO system.runs (session_id, tenant_id, state, queued_at)
         SELECT id, tenant_id, 'queued', clock_timestamp() FROM sessions WHERE id = $1`,
        [uuidOf('ses', waiting)],
      );
      count.clear();
      ids.push(await council.create(SMALL));
      await until(() => gate.sessions.includes(ids[0]));
      expect([sent('session_begin('), sent('run_claim_places('), sent('session_append(')]).toEqual([1, 1, 1]);
    });
    await council.app.database.query(`UPDATE system.runs SET state = 'idle', queued_at = NULL WHERE session_id = $1`, [
      uuidOf('ses', waiting),
    ]);
  });

  test('beyond the capacity waits; the places of what was refused are free again', async () => {
    expect((await council.api.put('/v1/quotas/session', { limit: 0 })).status).toBe(200);
    for (let number = 0; number <= CAPACITY; number++) {
      const answer = await council.api.post('/v1/sessions', { goal: GOAL, council: SMALL });
      expect(answer).toMatchObject({ body: { code: 'quota_exceeded' } });
    }
    await council.api.put('/v1/quotas/session', { limit: null });
    count.clear();
    for (let number = 0; number < CAPACITY; number++) await council.create(SMALL);
    await until(() => gate.sessions.length === CAPACITY);
    // The last places may be those that a look for runs could fill just then.
    expect(sent('session_begin(')).toBeGreaterThanOrEqual(CAPACITY - CLAIMED_AT_ONCE);
    const last = await council.create(SMALL);
    expect(sent('session_begin(') + sent('session_create(')).toBe(CAPACITY + 1);
    expect(sent('session_create(')).toBeGreaterThanOrEqual(1);
    expect(await council.session(last)).toMatchObject({ status: 'queued', started_at: null });
  });

  test('while a claim is under way leaves it the places that it may fill', async () => {
    const { database } = council.app;
    const dead = '00000000-0000-4000-8000-000000000000';
    const lost = await Promise.all(Array.from({ length: 20 }, () => council.create(SMALL, { start: false })));
    const uuids = lost.map((id) => uuidOf('ses', id));
    const making = (number: number) => Promise.all(Array.from({ length: number }, () => council.create(SMALL)));
    await making(CAPACITY - 15);
    await whileLocked(`SELECT pg_advisory_xact_lock(${CLAIM_LOCK})`, async () => {
      // Runs whose worker is dead wait in no line.
      await database.query(`UPDATE sessions SET status = 'queued' WHERE id = ANY ($1)`, [uuids]);
      await database.query(`UPDATE sessions SET status = 'running', fence = 1 WHERE id = ANY ($1)`, [uuids]);
      await database.query(
        `INSERT INTO system.runs (session_id, tenant_id, state, queued_at, worker, lease_until, attempt_started_at, claimed_sequence)
         SELECT id, tenant_id, 'claimed', now(), $2, now(), now(), 0 FROM sessions WHERE id = ANY ($1)`,
        [uuids, dead],
      );
      await until(async () => (await blocked('run_claim_places(')).length === 1);
      count.clear();
      await making(15);
      expect([sent('session_begin('), sent('session_create(')]).toEqual([5, 10]);
    });
    await until(() => gate.sessions.length >= CAPACITY);
    await pause(100);
    const own = await database.query(`SELECT FROM system.runs WHERE state = 'claimed' AND worker <> $1`, [dead]);
    // Runs that were lost may also have the places that not everybody may have.
    expect(own.length).toBeLessThanOrEqual(CAPACITY + RESERVED);
  });

  test('gets its place at once when several end in the same moment', async () => {
    restore = withoutLooks();
    const ids: string[] = [];
    for (let number = 0; number < CAPACITY + 10; number++) ids.push(await council.create(SMALL));
    await until(() => gate.sessions.length === CAPACITY);
    await Promise.all(ids.slice(0, 10).map((id) => council.control(id, 'cancel')));
    await until(() => ids.slice(CAPACITY).every((id) => gate.sessions.includes(id)));
  });

  test('waits no longer than for the places of what is refused', async () => {
    restore = withoutLooks();
    const full = await makeTenant(council.api);
    expect((await full.api.put('/v1/quotas/session', { limit: 0 })).status).toBe(200);
    for (let number = 2; number < CAPACITY; number++) await council.create(SMALL);
    const refused: Promise<Answer>[] = [];
    const turn = `SELECT pg_advisory_xact_lock(hashtextextended('${full.uuid}/session', 0))`;
    const waiting = await whileLocked(turn, async () => {
      for (let number = 0; number < 2; number++)
        refused.push(full.api.post('/v1/sessions', { goal: GOAL, council: SMALL }));
      await until(async () => (await blocked('session_begin(')).length === refused.length);
      return council.create(SMALL);
    });
    for (const answer of await Promise.all(refused)) expect(answer).toMatchObject({ body: { code: 'quota_exceeded' } });
    await until(() => gate.sessions.includes(waiting));
  });

  test('is refused whole when what it begins with cannot be written', async () => {
    const { database } = council.app;
    await database.query(`ALTER TABLE session_events ADD CONSTRAINT never CHECK (false) NOT VALID`);
    try {
      expect((await council.api.post('/v1/sessions', { goal: GOAL, council: SMALL })).status).toBe(500);
    } finally {
      await database.query('ALTER TABLE session_events DROP CONSTRAINT never');
    }
    expect(await database.query(`SELECT FROM sessions WHERE status = 'running'`)).toEqual([]);
    expect(await database.query(`SELECT FROM usage_reservations`)).toEqual([]);
  });
});

describe('a process', () => {
  test('that takes no runs puts what it makes in line', async () => {
    const api = await CouncilApp.start({ env: { HOLDFAST_ROLE: 'api' } });
    try {
      const id = await api.create(SMALL);
      await pause(50);
      expect(await api.session(id)).toMatchObject({ status: 'queued', started_at: null });
    } finally {
      await api.close();
    }
  });

  test('that ends while it makes a session hands it back: others go on with it at once', async () => {
    const ending = await CouncilApp.start({ database: council.app.database });
    const made: Promise<string>[] = [];
    const ended: Promise<void>[] = [];
    await whileLocked('LOCK TABLE session_events IN SHARE MODE', async () => {
      made.push(ending.create(SMALL));
      await until(async () => (await blocked('session_begin(')).length === 1);
      ended.push(ending.close());
      await pause(100);
    });
    const [id = ''] = await Promise.all(made);
    await Promise.all(ended);
    await until(() => gate.sessions.includes(id));
    expect(await runs(council, 'session_id = $1', uuidOf('ses', id))).toMatchObject([{ state: 'claimed', stalls: 0 }]);
    expect(ending.a.calls).toEqual([]);
  });
});
