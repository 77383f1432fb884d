import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { lineOf } from '../../src/journal/event-log.js';
import { ParkedRunsRepository } from '../../src/queue/parked-runs.repository.js';
import { CouncilApp } from '../support/council-app.js';
import { expectSoundLog, typesOf } from '../support/session-log.js';
import { expectRefused } from '../support/refusal.js';
import { uuidOfSession } from '../support/sessions.js';
import { until } from '../support/until.js';

/** Longer than the time for which a run is parked first, and than a look for those that are. */
const WHILE_MS = 9_000;

let council: CouncilApp;
let id: string;
beforeAll(async () => void (council = await CouncilApp.start()));
beforeEach(async () => void (id = await prepared()));
afterEach(async () => void (await council.control(id, 'cancel')));
afterAll(() => council.close());

const prepared = () => council.create({ seats: 2, max_rounds: 1 }, { start: false });
const parked = (): ParkedRunsRepository => council.app.app.get(ParkedRunsRepository, { strict: false });
const one = async <Row>(text: string): Promise<Row | undefined> =>
  (await council.app.database.query<Row>(text, [uuidOfSession(id)]))[0];
const run = () => one<{ state: string; stalls: number }>('SELECT state, stalls FROM system.runs WHERE session_id = $1');
/** Claims so far. */
const claims = async () => (await one<{ fence: number }>('SELECT fence FROM sessions WHERE id = $1'))?.fence;
const times = async () =>
  (await one<{ times: number }>('SELECT times FROM system.parked_runs WHERE session_id = $1 AND until IS NOT NULL'))
    ?.times;
const waitIsOver = () => one(`UPDATE system.parked_runs SET until = now() WHERE session_id = $1 AND until IS NOT NULL`);

/** Begins the log as another release would have. */
async function begun(type: string, version: number, data: Record<string, unknown>): Promise<void> {
  const { database } = council.app;
  const sessionId = uuidOfSession(id);
  const parts = { sequence: 1, type, version, atMs: 0, said: JSON.stringify(data) };
  await database.query(
    `INSERT INTO session_events (tenant_id, session_id, created_at, sequence, event_version, type, data)
     SELECT tenant_id, id, to_timestamp(0), 1, $2, $3, $4 FROM sessions WHERE id = $1`,
    [sessionId, version, type, parts.said],
  );
  await database.query(`UPDATE sessions SET last_sequence = 1, digest = sha256(digest || $2) WHERE id = $1`, [
    sessionId,
    Buffer.from(lineOf(id, parts)),
  ]);
}

const STARTED = { goal_title: 'x', council: { seats: 2, max_rounds: 1, quorum: 2 } };

describe('a log of a later release', () => {
  test('is left alone by a worker that cannot read it, and is no stall', async () => {
    const others = [await prepared(), await prepared()];
    const logs = [
      [id, 'session_started', 2],
      [others[0] ?? '', 'seat_reconsidered', 3],
      [others[1] ?? '', 'session_started', 32_767],
    ] as const;
    for (const [session, type, version] of logs) {
      id = session;
      await begun(type, version, STARTED);
      await council.control(id, 'start');
      await until(async () => (await times()) === 1);
    }
    await pause(WHILE_MS);
    for (const [session] of logs) {
      id = session;
      expect([await claims(), await times(), await run()]).toEqual([1, 1, { state: 'idle', stalls: 0 }]);
      expect(await council.session(id)).toMatchObject({ status: 'running', last_sequence: 1 });
      expect(council.calls(id)).toEqual({});
      expect(council.app.logLines.filter((line) => line.includes(uuidOfSession(id)))).toHaveLength(1);
      await council.control(id, 'cancel');
    }
    expect((await council.api.get('/metrics')).text).toContain('holdfast_runs_parked_total 3');
  });

  test('is put back for a worker that can, each time later, as one that cannot may get it again', async () => {
    await begun('session_started', 2, STARTED);
    await council.control(id, 'start');
    for (let time = 1; time <= 3; time += 1) {
      await until(async () => (await times()) === time);
      expect(await parked().unpark(2)).toBe(0);
      await waitIsOver();
      expect([await parked().unpark(1), await parked().unpark(2)]).toEqual([0, 1]);
    }
    await until(async () => (await times()) === 4);
    const wait = await one<{ ms: number }>(
      `SELECT extract(epoch FROM until - now())::float8 * 1000 AS ms FROM system.parked_runs WHERE session_id = $1`,
    );
    expect(wait?.ms).toBeGreaterThan(8_000);
    expect(wait?.ms).toBeLessThanOrEqual(16_000);
    expect(await run()).toEqual({ state: 'idle', stalls: 0 });
  });

  test('can be cancelled, paused and resumed meanwhile', async () => {
    await begun('session_started', 2, STARTED);
    await council.control(id, 'start');
    await until(async () => (await times()) === 1);
    expect((await council.control(id, 'pause')).status).toBe(202);
    expect(await council.session(id)).toMatchObject({ status: 'paused' });
    await waitIsOver();
    expect(await parked().unpark(2)).toBe(0);
    expect((await council.control(id, 'resume')).status).toBe(202);
    await until(async () => (await times()) === 2);
    expect((await council.control(id, 'cancel')).body).toMatchObject({ status: 'cancelled' });
    expect(typesOf(await council.log(id))).toEqual(['session_started', 'paused', 'resumed', 'cancelled']);
    expect(await run()).toMatchObject({ state: 'idle' });
  });

  test('is cancelled by a worker that cannot read it, when that was wanted while it had it', async () => {
    await begun('session_started', 2, STARTED);
    await council.control(id, 'start');
    await until(async () => (await times()) === 1);
    await one(`UPDATE sessions SET wanted = 'cancel' WHERE id = $1`);
    await waitIsOver();
    await parked().unpark(2);
    expect(await council.ended(id)).toMatchObject({ status: 'cancelled' });
  });

  test('whose result is asked for here says who has to be asked', async () => {
    await begun('session_started', 2, STARTED);
    await one(`UPDATE sessions SET status = 'queued' WHERE id = $1`);
    await one(`UPDATE sessions SET status = 'running' WHERE id = $1`);
    await one(`UPDATE sessions SET status = 'completed', finished_at = now() WHERE id = $1`);
    const { detail } = expectRefused(await council.api.get(`/v1/sessions/${id}/result`), 'dependency_unavailable');
    expect(detail).toContain('later release');
    expect((await council.api.get(`/v1/sessions/${id}/events`)).status).toBe(200);
  });
});

describe('a log that holds more than this release knows, in a version that it reads', () => {
  test.each([
    ['an unknown type', 'seat_reconsidered', {}],
    ['a member more', 'session_started', { ...STARTED, mood: 'good' }],
  ])('is gone on with: %s', async (_what, type, data) => {
    await begun(type, 1, data);
    await council.control(id, 'start');
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expectSoundLog(await council.log(id));
  });
});

describe('a log that nobody can read', () => {
  test('is tried again by any worker when its time has come, and can be cancelled', async () => {
    await begun('session_started', 1, { goal_title: 7 });
    await council.control(id, 'start');
    await until(async () => (await times()) === 1);
    await waitIsOver();
    await parked().unpark(1);
    await until(async () => (await times()) === 2);
    expect(await run()).toEqual({ state: 'idle', stalls: 0 });
    expect((await council.control(id, 'cancel')).status).toBe(202);
  });
});
