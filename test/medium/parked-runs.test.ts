import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionKey } from '../../src/journal/session-write.js';
import { ParkedRunsRepository } from '../../src/queue/parked-runs.repository.js';
import { openSessionRoom, type SessionRoom } from '../support/session-room.js';

const TERMS = { needs: 2, firstMs: 60_000, longestMs: 3_600_000 };

let room: SessionRoom;
let parked: ParkedRunsRepository;
beforeAll(async () => {
  room = await openSessionRoom();
  parked = new ParkedRunsRepository(room.database);
});
afterAll(() => room.close());

const want = ({ sessionId }: SessionKey, wish: string) =>
  room.owner.query('UPDATE sessions SET wanted = $2 WHERE id = $1', [sessionId, wish]);
const state = async (key: SessionKey) => (await room.run(key))['state'];

describe('a run that is parked', () => {
  it('waits for its time', async () => {
    const run = await room.running();
    expect(await parked.park(run, TERMS)).toBe(true);
    expect(await parked.unpark(2)).toBe(0);
    expect(await state(run)).toBe('idle');
  });

  it.each(['cancel', 'pause'])('does not wait when a %s is wanted, which any worker can grant', async (wish) => {
    const run = await room.running();
    await want(run, wish);
    expect(await parked.park(run, TERMS)).toBe(true);
    expect(await parked.unpark(1)).toBe(1);
    expect(await state(run)).toBe('queued');
    const [again] = await room.claim(1_000);
    expect(again).toMatchObject({ sessionId: run.sessionId, wanted: wish });
  });

  it('does not wait either when it was parked before', async () => {
    const run = await room.running();
    await parked.park(run, { ...TERMS, firstMs: 0 });
    await parked.unpark(2);
    const [again] = await room.claim(1_000);
    if (!again) throw new Error('it was not put back');
    await want(run, 'cancel');
    expect(await parked.park(again, TERMS)).toBe(true);
    expect(await parked.unpark(1)).toBe(1);
  });
});
