import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ControlAction } from '../../src/features/sessions/session-status.js';
import type { Answer } from '../support/client.js';
import { expectRefused } from '../support/refusal.js';
import { SessionDesk } from '../support/session-desk.js';
import { madeSession, readEvents, readSession, uuidOfSession } from '../support/sessions.js';

const CROWD = 12;
/** Each is a chance for an order that hurts. */
const ROUNDS = 15;

let desk: SessionDesk;
beforeAll(async () => void (desk = await SessionDesk.open()));
afterAll(async () => {
  const alarms = desk.app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  await desk.close();
  expect(alarms).toEqual([]);
});

const control = (id: string, action: ControlAction) => desk.app.api.post(`/v1/sessions/${id}/${action}`, undefined);
const crowd = (id: string, action: ControlAction) =>
  Promise.all(Array.from({ length: CROWD }, () => control(id, action)));
const read = (id: string) => readSession(desk.app.api, id);
const types = async (id: string) => (await readEvents(desk.app.api, id)).map(({ event_type }) => event_type);
const runs = (id: string) =>
  desk.app.database.query(`SELECT state, stalls FROM system.runs WHERE session_id = $1`, [uuidOfSession(id)]);

/** Exactly one was let through; all others were told that the state does not allow it. */
function expectOneWinner(answers: readonly Answer[]): void {
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 202)) expectRefused(answer, 'invalid_transition');
}

describe('of many who want the same at the same time', () => {
  test('one starts the session', async () => {
    const id = await desk.at('created');
    expectOneWinner(await crowd(id, 'start'));
    expect(await read(id)).toMatchObject({ status: 'queued', attempt: 1, last_sequence: 0 });
    expect(await runs(id)).toEqual([{ state: 'queued', stalls: 0 }]);
  });

  test('one retries it', async () => {
    const id = await desk.at('failed');
    expectOneWinner(await crowd(id, 'retry'));
    expect(await read(id)).toMatchObject({ status: 'queued', attempt: 2 });
    expect(await types(id)).toEqual(['error', 'retried']);
    expect(await runs(id)).toEqual([{ state: 'queued', stalls: 0 }]);
  });

  test('one resumes it', async () => {
    const id = await desk.at('paused');
    expectOneWinner(await crowd(id, 'resume'));
    expect(await types(id)).toEqual(['paused', 'resumed']);
  });

  test.each(['created', 'queued', 'paused', 'abandoned'] as const)('one cancels it when it is %s', async (stand) => {
    const id = await desk.at(stand);
    expectOneWinner(await crowd(id, 'cancel'));
    expect((await types(id)).filter((type) => type === 'cancelled')).toHaveLength(1);
    expect((await read(id)).status).toBe('cancelled');
  });

  test('all are told that it is being cancelled while a worker holds it, and it ends once', async () => {
    const { id } = await madeSession(desk.app.api);
    const run = await desk.claim(id);
    for (const { status, body } of await crowd(id, 'cancel'))
      expect({ status, at: body['status'] }).toEqual({ status: 202, at: 'running' });
    await desk.cancel(run);
    expect(await types(id)).toEqual(['cancelled']);
    expectRefused(await control(id, 'cancel'), 'invalid_transition');
  });
});

describe('whoever was told 202 sees what was promised', () => {
  test('when a cancel meets the end of the session', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await madeSession(desk.app.api);
      const run = await desk.claim(id);
      const [answer, ending] = await Promise.all([control(id, 'cancel'), desk.complete(run)]);
      if (answer.status === 202) {
        expect(ending.outcome).toBe('cancel_wanted');
        await desk.cancel(run);
        expect((await read(id)).status).toBe('cancelled');
      } else {
        expectRefused(answer, 'invalid_transition');
        expect(ending.outcome).toBe('appended');
        expect((await read(id)).status).toBe('completed');
      }
      expect(await types(id)).toHaveLength(1);
    }
  });

  test('when a cancel meets a start', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await desk.at('created');
      const [started, cancelled] = await Promise.all([control(id, 'start'), control(id, 'cancel')]);
      expect(cancelled.status).toBe(202);
      expect([202, 409]).toContain(started.status);
      expect(await read(id)).toMatchObject({ status: 'cancelled', last_sequence: 1 });
      expect((await runs(id)).filter((run) => (run as { state: string }).state !== 'idle')).toEqual([]);
    }
  });

  test('when a pause meets a cancel', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await desk.at('abandoned');
      const [paused, cancelled] = await Promise.all([control(id, 'pause'), control(id, 'cancel')]);
      expect(cancelled.status).toBe(202);
      expect([202, 409]).toContain(paused.status);
      expect((await read(id)).status).toBe('cancelled');
      expect(await types(id)).toEqual(paused.status === 202 ? ['paused', 'cancelled'] : ['cancelled']);
    }
  });

  test('when a pause meets an answer that the worker logs', async () => {
    const started = { goal_title: 'x', council: { seats: 5, max_rounds: 4, quorum: 3 } };
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await madeSession(desk.app.api);
      const run = await desk.claim(id);
      const [paused, logged] = await Promise.all([
        control(id, 'pause'),
        desk.append(run, { type: 'session_started', data: started }),
      ]);
      expect([paused.status, logged.outcome]).toEqual([202, 'appended']);
      expect(await desk.append(run, { type: 'paused', data: {} }, { status: 'paused' })).toMatchObject({
        outcome: 'appended',
      });
      expect(await read(id)).toMatchObject({ status: 'paused', last_sequence: 2 });
    }
  });
});
