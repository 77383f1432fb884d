import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DatabaseNotices } from '../../src/database/notices.js';
import { CouncilApp } from '../support/council-app.js';
import { badRequest, rateLimited, silence } from '../support/fake-provider/index.js';
import { Gate } from '../support/gate.js';
import { ABORT_MS, leastOf } from '../support/own-time.js';
import { expectSoundLog, said, typesOf } from '../support/session-log.js';
import { until } from '../support/until.js';

let council: CouncilApp;
let gate: Gate;
beforeAll(async () => void (council = await CouncilApp.start()));
beforeAll(() => void (gate = new Gate()));
afterEach(() => {
  council.heal();
  gate.open();
});
afterAll(() => council.close());

const everyOnce = (id: string) => Object.values(council.calls(id)).every((count) => count === 1);

/** A session whose calls of a stage are all held back. */
async function heldAt(keys: RegExp, calls: number): Promise<string> {
  council.meet(keys, gate.behaviour);
  const id = await council.create({ seats: 3, max_rounds: 2 });
  await until(() => gate.sessions.filter((session) => session === id).length === calls);
  return id;
}

describe('a pause', () => {
  test('lets calls in flight end, keeps their answers and begins nothing new', async () => {
    const id = await heldAt(/^round-1\//, 3);
    const { status, body } = await council.control(id, 'pause');
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { session_id: id, action: 'pause', status: 'running' },
    });
    expect(await council.session(id)).toMatchObject({ status: 'running' });
    gate.open();
    expect(await council.ended(id)).toMatchObject({ status: 'paused', stage: 'round' });
    const log = await council.log(id);
    expect(typesOf(log).at(-1)).toBe('paused');
    expect(said(log, 'contribution')).toHaveLength(3);
    expect(Object.keys(council.calls(id)).toSorted()).toEqual([
      'frame',
      'round-1/seat-1',
      'round-1/seat-2',
      'round-1/seat-3',
    ]);

    council.heal();
    expect((await council.control(id, 'resume')).body).toMatchObject({ status: 'running' });
    expect(await council.ended(id)).toMatchObject({ status: 'completed', attempt: 1 });
    expectSoundLog(await council.log(id));
    expect(everyOnce(id)).toBe(true);
  });

  test('that meets the commit of an answer is never lost', async () => {
    for (const lead of [0, 0, 1, 2, 4, 8]) {
      const id = await heldAt(/^frame$/, 1);
      council.heal();
      gate.open();
      await pause(lead);
      const { status } = await council.control(id, 'pause');
      const { status: reached } = await council.ended(id);
      // What has completed before takes no pause; what takes one has paused before its end, or met it there.
      if (status === 409) expect(reached).toBe('completed');
      if (reached === 'completed') continue;
      expect(reached).toBe('paused');
      await council.control(id, 'resume');
      expect(await council.ended(id)).toMatchObject({ status: 'completed' });
      expectSoundLog(await council.log(id));
      expect(everyOnce(id)).toBe(true);
    }
  });

  test('holds from the moment in which it is answered, whether notices arrive or not: no call is begun any more', async () => {
    const deaf = await CouncilApp.start();
    try {
      deaf.app.app.get(DatabaseNotices, { strict: false }).onApplicationShutdown();
      deaf.meet(/^frame$/, gate.behaviour);
      const id = await deaf.create({ seats: 3, max_rounds: 2 });
      await until(() => gate.sessions.includes(id));
      expect((await deaf.control(id, 'pause')).status).toBe(202);
      gate.open();
      expect(await deaf.ended(id)).toMatchObject({ status: 'paused' });
      expect(deaf.calls(id)).toEqual({ frame: 1 });
    } finally {
      await deaf.close();
    }
  });

  test('and a resume, again and again, repeat no call', async () => {
    const id = await heldAt(/./, 1);
    for (let turn = 0; turn < 3; turn++) {
      await council.control(id, 'pause');
      gate.open();
      expect(await council.ended(id)).toMatchObject({ status: 'paused' });
      await council.control(id, 'resume');
      await until(() => gate.sessions.includes(id));
    }
    council.heal();
    gate.open();
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expect(typesOf(await council.log(id)).filter((type) => type === 'resumed')).toHaveLength(3);
    expectSoundLog(await council.log(id));
    expect(everyOnce(id)).toBe(true);
  });
});

describe('a cancel', () => {
  test('breaks off calls in flight at once', async () => {
    council.meet(/^round-1\//, silence());
    // From the answer to the cancel until the provider sees its client go.
    const tookMs = await leastOf(ABORT_MS, async () => {
      const before = council.a.calls.length;
      const id = await council.create({ seats: 3, max_rounds: 2 });
      await until(() => council.a.calls.length === before + 4);
      const calls = council.a.calls.slice(before + 1);
      const { status } = await council.control(id, 'cancel');
      const answeredMs = performance.now();
      expect(status).toBe(202);
      await until(() => calls.every(({ aborted }) => aborted !== undefined));
      expect(await council.ended(id)).toMatchObject({ status: 'cancelled', failure: null });
      const log = await council.log(id);
      expectSoundLog(log);
      expect(typesOf(log).slice(-2)).toEqual(['round_started', 'cancelled']);
      return Math.max(...calls.map(({ at, aborted = 0 }) => at + aborted)) - answeredMs;
    });
    expect(tookMs).toBeLessThanOrEqual(ABORT_MS);
  });

  test('that meets the completion: whoever was told 202 sees it cancelled', async () => {
    const seen = new Set<string>();
    for (const lead of [-1, 0, 0, 1, 2, 3, 4, 6, 8, 12, Infinity]) {
      const id = await heldAt(/^plan$/, 1);
      council.heal();
      if (lead >= 0) gate.open();
      if (lead === Infinity) await council.ended(id);
      else await pause(Math.max(0, lead));
      const { status } = await council.control(id, 'cancel');
      const { status: reached } = await council.ended(id);
      expect([status, reached]).toEqual(status === 202 ? [202, 'cancelled'] : [409, 'completed']);
      expectSoundLog(await council.log(id));
      seen.add(reached);
    }
    expect(seen).toEqual(new Set(['cancelled', 'completed']));
  });

  test('wins over a pause, whichever came first', async () => {
    for (const actions of [
      ['pause', 'cancel'],
      ['cancel', 'pause'],
    ]) {
      const id = await heldAt(/^round-1\//, 3);
      for (const action of actions) await council.control(id, action);
      expect(await council.ended(id)).toMatchObject({ status: 'cancelled' });
    }
  });

  test('ends the waiting for providers that all fail', async () => {
    council.meet(/^frame$/, rateLimited());
    const id = await council.create({ seats: 2, max_rounds: 1 });
    await until(() => (council.calls(id)['frame'] ?? 0) >= 3);
    expect((await council.control(id, 'cancel')).status).toBe(202);
    expect(await council.ended(id)).toMatchObject({ status: 'cancelled', recoverable: false });
    expect(typesOf(await council.log(id))).toEqual(['session_started', 'cancelled']);
  });

  test('is final: no retry, no resume and no second cancel', async () => {
    const id = await heldAt(/^frame$/, 1);
    await council.control(id, 'cancel');
    await council.ended(id);
    for (const action of ['retry', 'resume', 'cancel', 'pause', 'start']) {
      const { status, body } = await council.control(id, action);
      expect({ status, body }).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
    }
  });

  test('of a paused session needs no worker', async () => {
    const id = await heldAt(/^frame$/, 1);
    await council.control(id, 'pause');
    gate.open();
    await council.ended(id);
    expect((await council.control(id, 'cancel')).body).toMatchObject({ status: 'cancelled' });
    expect(typesOf(await council.log(id)).slice(-2)).toEqual(['paused', 'cancelled']);
    expectSoundLog(await council.log(id));
  });

  test('of a failed session is refused, and it can still be retried', async () => {
    council.meet(/^frame$/, badRequest());
    const id = await council.create({ seats: 2, max_rounds: 1 });
    await council.ended(id);
    expect((await council.control(id, 'cancel')).status).toBe(409);
    council.heal();
    expect((await council.control(id, 'retry')).status).toBe(202);
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
  });
});
