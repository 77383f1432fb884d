import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import type { Entry, LockedSession, SessionKey } from '../../src/journal/session-write.js';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';
import { until } from '../support/until.js';

const AT_MS = Date.UTC(2026, 10, 21, 12);

let room: SessionRoom;
beforeAll(async () => void (room = await openSessionRoom()));
afterAll(() => room.close());

const entry = (type: string, status: string): Entry => ({
  events: [{ type, data: {} }],
  atMs: AT_MS,
  place: { status },
});
const FAILED: Entry = {
  ...entry('error', 'failed'),
  place: { status: 'failed', failure: { code: 'quorum_lost', detail: 'x', recoverable: true } },
};

/** Work with a locked session, in a transaction. */
const withLock = <T>(key: SessionKey, work: (locked: LockedSession, manager: EntityManager) => Promise<T>) =>
  room.transaction.run(
    async (manager) => {
      const locked = await room.log.lock(manager, key);
      if (!locked) throw new Error('there is no such session');
      return work(locked, manager);
    },
    { tenantId: key.tenantId },
  );

describe('a session that is locked', () => {
  it('tells where its log ends and whether a worker holds it', async () => {
    const waiting = await room.make({ status: 'queued' });
    const running = await room.running();
    const lost = await room.running();
    await room.expire(lost);
    const held = (key: SessionKey) => withLock(key, (locked) => Promise.resolve(locked.held));
    expect([await held(waiting), await held(running), await held(lost)]).toEqual([false, true, false]);
    expect(await withLock(running, (locked) => Promise.resolve(locked))).toMatchObject({
      status: 'running',
      epoch: 'abcdefgh',
      end: EMPTY_LOG,
      fence: 1,
      attempt: 1,
      wanted: null,
    });
  });

  it('is not there for another tenant', async () => {
    const { sessionId } = await room.make();
    const { tenantId } = await room.make();
    const found = await room.transaction.run((manager) => room.log.lock(manager, { tenantId, sessionId }), {
      tenantId,
    });
    expect(found).toBeUndefined();
  });

  it('takes events that shut out the worker that held it', async () => {
    const run = await room.running();
    const done = await withLock(run, (locked, manager) =>
      room.log.appendLocked(manager, locked, entry('cancelled', 'cancelled')),
    );
    expect(done).toMatchObject({ fence: run.fence + 1, end: { sequence: 1 } });
    expect(await room.log.append({ ...run, ...entry('complete', 'completed'), end: done.end })).toMatchObject({
      outcome: 'fenced',
    });
    expect(await room.session(run)).toMatchObject({ status: 'cancelled', last_sequence: 1 });
    expect(await room.run(run)).toMatchObject({ state: 'idle' });
  });

  it('is refused a step that its state does not allow, and nothing is left of it', async () => {
    const run = await room.running();
    await room.log.append({ ...run, ...entry('complete', 'completed'), end: EMPTY_LOG });
    const late = withLock(run, (locked, manager) =>
      room.log.appendLocked(manager, locked, entry('cancelled', 'cancelled')),
    );
    await expect(late).rejects.toMatchObject({ sqlState: 'HF409' });
    expect(await room.session(run)).toMatchObject({ status: 'completed', last_sequence: 1, fence: run.fence });
  });

  it('begins another attempt when it is put in line after a failure', async () => {
    const run = await room.running();
    await room.log.append({ ...run, ...FAILED, end: EMPTY_LOG });
    await withLock(run, async (locked, manager) => {
      await room.log.appendLocked(manager, locked, {
        events: [{ type: 'retried', data: { attempt: locked.attempt + 1 } }],
        atMs: AT_MS,
        place: { status: 'queued' },
      });
      await room.queue.enqueue(manager, run);
    });
    expect(await room.session(run)).toMatchObject({
      status: 'queued',
      attempt: 2,
      failure_code: null,
      failure_detail: null,
      recoverable: false,
      finished_at: null,
    });
    const [again] = await room.claim(1);
    expect(again).toMatchObject({ sessionId: run.sessionId, fence: run.fence + 2, stalls: 0, lastSequence: 2 });
  });

  it('makes the append of its worker wait, which then sees what was decided', async () => {
    const run = await room.running();
    const locked = Promise.withResolvers<void>();
    // Outside the transaction: within it, the append would be part of it.
    const late = locked.promise.then(() =>
      room.log.append({ ...run, ...entry('complete', 'completed'), end: EMPTY_LOG }),
    );
    await withLock(run, async (session, manager) => {
      locked.resolve();
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await until(async () => (await room.owner.query(waiting)).length > 0);
      await room.log.want(manager, session, 'cancel');
    });
    expect(await late).toEqual({ outcome: 'cancel_wanted', wanted: 'cancel' });
  });

  it('takes no pause any more when its worker died with a cancel to grant', async () => {
    const run = await room.running();
    await withLock(run, (locked, manager) => room.log.want(manager, locked, 'cancel'));
    await room.expire(run);
    const step = (type: string, status: string) =>
      withLock(run, (locked, manager) => room.log.appendLocked(manager, locked, entry(type, status)));
    await expect(step('paused', 'paused')).rejects.toMatchObject({ code: 'invalid_transition' });
    await step('cancelled', 'cancelled');
    expect(await room.session(run)).toMatchObject({ status: 'cancelled', wanted: null, last_sequence: 1 });
  });

  it('keeps the wish to cancel when a pause is wished for afterwards', async () => {
    const run = await room.running();
    for (const wish of ['pause', 'cancel', 'pause'] as const)
      await withLock(run, (locked, manager) => room.log.want(manager, locked, wish));
    expect(await room.session(run)).toMatchObject({ wanted: 'cancel' });
  });
});
