import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { CouncilApp } from '../support/council-app.js';
import { Gate } from '../support/gate.js';
import { expectSoundLog, typesOf } from '../support/session-log.js';
import { until } from '../support/until.js';

let council: CouncilApp;
let holder: Client;
let gate: Gate;
beforeAll(async () => {
  council = await CouncilApp.start();
  holder = new Client(council.app.database.url);
  await holder.connect();
  gate = new Gate();
});
afterEach(() => {
  council.heal();
  gate.open();
});
afterAll(async () => {
  await holder.end();
  await council.close();
});

/** A session whose first answer is held back, and whose row is locked, so that nothing more can be stored. */
async function locked(): Promise<string> {
  council.meet(/^frame$/, gate.behaviour);
  const id = await council.create({ seats: 3, max_rounds: 2 });
  await until(() => gate.sessions.includes(id));
  await until(async () => (await council.log(id)).length > 0);
  await holder.query('BEGIN');
  await holder.query('SELECT FROM sessions FOR UPDATE');
  gate.open();
  return id;
}

const FIRST_ROUND = { frame: 1, 'round-1/seat-1': 1, 'round-1/seat-2': 1, 'round-1/seat-3': 1 };

describe('while answers are being stored', () => {
  test('the next stage is asked, and no more; nothing is told before it is stored, and no call is repeated', async () => {
    const id = await locked();
    await until(() => Object.keys(council.calls(id)).length === Object.keys(FIRST_ROUND).length);
    await until(async () => (await waiting()) > 0);
    expect(council.calls(id)).toEqual(FIRST_ROUND);
    expect(typesOf(await council.log(id))).toEqual(['session_started']);
    await holder.query('ROLLBACK');
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expectSoundLog(await council.log(id));
    expect(Object.values(council.calls(id)).every((count) => count === 1)).toBe(true);
  });

  test('of a session that somebody else has taken over, what was asked meanwhile is broken off, and not stored', async () => {
    const id = await locked();
    council.meet(/^round-1\//, gate.behaviour);
    await until(() => council.a.calls.some(({ callId }) => callId === `${id}/round-1/seat-3`));
    await holder.query('UPDATE sessions SET fence = fence + 1');
    await holder.query('COMMIT');
    const ahead = () => council.a.calls.filter(({ callId = '' }) => callId.startsWith(`${id}/round-1/`));
    await until(() => ahead().every(({ aborted }) => aborted !== undefined));
    expect(typesOf(await council.log(id))).toEqual(['session_started']);
  });
});

/** Statements that wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await holder.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted`,
  );
  return rows[0]?.count ?? 0;
}
