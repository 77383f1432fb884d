import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LogAdvance } from '../../src/journal/log-announcer.js';
import type { SessionLogRepository } from '../../src/journal/session-log.repository.js';
import type { Entry, SessionKey } from '../../src/journal/session-write.js';
import type { EntityManager } from 'typeorm';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';

let room: SessionRoom;
let log: SessionLogRepository;
let heard: LogAdvance[] = [];
beforeAll(async () => {
  room = await openSessionRoom();
  room.announcer.onAdvance((advance) => heard.push(advance));
  ({ log } = room);
});
afterAll(() => room.close());

const entry = (): Entry => ({ events: [{ type: 'round_started', data: { round: 1 } }], atMs: Date.now() });

async function running() {
  const session = await room.running();
  heard = [];
  return { session, write: { ...session, ...entry(), end: EMPTY_LOG } };
}

async function appendLocked(manager: EntityManager, session: SessionKey): Promise<void> {
  const locked = await log.lock(manager, session);
  if (!locked) throw new Error('there is no such session');
  await log.appendLocked(manager, locked, entry());
}

describe('what is added to a log is announced', () => {
  it('once it is committed, with its events', async () => {
    const { session, write } = await running();
    const done = await log.append(write);
    expect(done.outcome).toBe('appended');
    const { tenantId, sessionId } = session;
    expect(heard).toEqual([{ tenantId, sessionId, events: await room.events(session) }]);
  });

  it('not when nothing was added', async () => {
    const { write } = await running();
    expect((await log.append({ ...write, fence: write.fence + 1 })).outcome).toBe('fenced');
    expect(heard).toEqual([]);
  });

  it('not when the transaction that it is part of is rolled back', async () => {
    const { session } = await running();
    const refused = room.transaction.run(async (manager) => {
      await appendLocked(manager, session);
      throw new Error('changed my mind');
    }, session);
    await expect(refused).rejects.toMatchObject({ code: 'internal_error' });
    expect(heard).toEqual([]);
  });

  it('after the outermost transaction, when it was written in a savepoint', async () => {
    const { session } = await running();
    await room.transaction.run(async () => {
      await room.transaction.run((manager) => appendLocked(manager, session), session);
      expect(heard).toEqual([]);
    }, session);
    expect(heard).toHaveLength(1);
  });

  it('when a session is written to under its lock', async () => {
    const { session } = await running();
    await room.transaction.run(async (manager) => {
      await appendLocked(manager, session);
      expect(heard).toEqual([]);
    }, session);
    expect(heard.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(['round_started']);
  });
});
