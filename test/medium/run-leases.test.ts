import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';
import { until } from '../support/until.js';

let room: SessionRoom;
beforeAll(async () => void (room = await openSessionRoom()));
beforeEach(() => room.empty());
afterAll(() => room.close());

const append = (run: { tenantId: string; sessionId: string; fence: number }) =>
  room.log.append({ ...run, end: EMPTY_LOG, atMs: Date.now(), events: [{ type: 'round_started', data: {} }] });

/** Whether somebody who hands a run back waits for its lock. */
const waitsForRun = async () => {
  const rows = await room.owner.query(
    `SELECT FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND query LIKE '%AS released%' AND datname = current_database() AND pid <> pg_backend_pid()`,
  );
  return rows.length > 0;
};

describe('renewing', () => {
  it('prolongs every lease of the worker that nobody has taken, and tells what is wanted', async () => {
    const worker = randomUUID();
    const kept = await room.running(undefined, worker);
    const late = await room.running(undefined, worker);
    const other = await room.running();
    await room.expire(late);
    await room.expire(other);
    await room.owner.query(`UPDATE sessions SET wanted = 'pause' WHERE id = $1`, [kept.sessionId]);
    const held = await room.queue.renew({ worker, leaseMs: 8_000 }, [kept, late, other]);
    expect(held.toSorted((a, b) => a.sessionId.localeCompare(b.sessionId))).toEqual(
      [
        { sessionId: kept.sessionId, fence: kept.fence, wanted: 'pause' },
        { sessionId: late.sessionId, fence: late.fence, wanted: null },
      ].toSorted((a, b) => a.sessionId.localeCompare(b.sessionId)),
    );
    expect((await room.claim(5)).map(({ sessionId }) => sessionId)).toEqual([other.sessionId]);
  });
});

describe('a run that its worker does not name', () => {
  it('runs out, although the worker renews others', async () => {
    const worker = randomUUID();
    const kept = await room.running(undefined, worker);
    const unheard = await room.running(undefined, worker);
    await room.expire(unheard);
    await room.queue.renew({ worker, leaseMs: 8_000 }, [kept]);
    expect((await room.claim(5)).map(({ sessionId }) => sessionId)).toEqual([unheard.sessionId]);
  });

  it('is left alone by who was cut off from the database himself', async () => {
    const run = await room.running();
    await room.expire(run);
    const terms = { worker: randomUUID(), leaseMs: 8_000 };
    expect(await room.queue.claim(terms, 5, { expired: false })).toEqual([]);
    expect(await room.queue.claim(terms, 5)).toMatchObject([{ sessionId: run.sessionId }]);
  });
});

describe('releasing', () => {
  it('puts a run back to its old place, and is no stall', async () => {
    const worker = randomUUID();
    const first = await room.running(undefined, worker);
    await room.queued();
    expect(await room.queue.release(worker, [first, { sessionId: randomUUID(), fence: 1 }])).toEqual([first.sessionId]);
    const [run] = await room.claim(1);
    expect(run).toMatchObject({ sessionId: first.sessionId, fence: first.fence + 1, stalls: 0 });
    expect(run?.runningMs).toBeGreaterThan(0);
    expect(await room.session(first)).toMatchObject({ status: 'running' });
  });

  it('forgets no stalls, unless an event was written', async () => {
    const worker = randomUUID();
    const run = await room.running();
    await room.expire(run);
    const [taken = run] = await room.claim(1, worker);
    await room.queue.release(worker, [taken]);
    const [again] = await room.claim(1, worker);
    expect(again).toMatchObject({ stalls: 1 });
    await append(again ?? run);
    await room.queue.release(worker, [again ?? run]);
    expect((await room.claim(1))[0]).toMatchObject({ stalls: 0 });
  });

  it('of an older claim of the same worker does nothing', async () => {
    const worker = randomUUID();
    const run = await room.running(undefined, worker);
    await room.expire(run);
    await room.claim(1, worker);
    expect(await room.queue.release(worker, [run])).toEqual([]);
    expect(await room.run(run)).toMatchObject({ state: 'claimed' });
  });

  it('of an older claim does nothing either while the same worker claims the run again', async () => {
    const worker = randomUUID();
    const run = await room.running(undefined, worker);
    await room.expire(run);
    const other = new Client(room.owner.url);
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT FROM run_claim_places($1, 1, 0, 60000, true)', [worker]);
      const releasing = room.queue.release(worker, [run]);
      await until(waitsForRun);
      await other.query('COMMIT');
      expect(await releasing).toEqual([]);
    } finally {
      await other.end();
    }
    expect(await room.run(run)).toMatchObject({ state: 'claimed', worker });
  });

  it('of what belongs to another worker does nothing', async () => {
    const run = await room.running();
    expect(await room.queue.release(randomUUID(), [run])).toEqual([]);
    expect(await room.run(run)).toMatchObject({ state: 'claimed' });
  });
});
