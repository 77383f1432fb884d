import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionKey } from '../../src/journal/session-write.js';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';

let room: SessionRoom;
beforeAll(async () => void (room = await openSessionRoom()));
afterAll(() => room.close());

describe('reading a log', () => {
  it('gives what comes after a sequence, at most so many, and to its tenant alone', async () => {
    const run = await room.running();
    const events = ['1', '2', '3', '4'].map((text) => ({ type: 'contribution', data: { text } }));
    await room.log.append({ ...run, end: EMPTY_LOG, atMs: 0, events });
    const read = (key: SessionKey, after: number, limit: number) => room.log.eventsAfter(key, { after, limit });
    expect((await read(run, 1, 2)).map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(await read(run, 0, 10)).toEqual(await room.events(run));
    expect(await read(run, 4, 10)).toEqual([]);
    const foreign = { ...run, tenantId: randomUUID() };
    expect([await read(foreign, 0, 10), await room.log.head(foreign)]).toEqual([[], undefined]);
  });
});

describe('the votes of a session', () => {
  it('keeps how the seats came out of the votes', async () => {
    const run = await room.running();
    const seat = { persona: 'sceptic', model: 'large', votes: 4 };
    const seats = [
      { ...seat, seat: 'seat-1', meanRank: 1.25, won: true },
      { ...seat, seat: 'seat-2', meanRank: null, won: false },
    ];
    const events = [{ type: 'voting_complete', data: {} }];
    await room.log.append({ ...run, end: EMPTY_LOG, atMs: 0, events, seats });
    expect(
      await room.owner.query('SELECT seat, mean_rank, votes, won FROM session_seats WHERE session_id = $1 ORDER BY 1', [
        run.sessionId,
      ]),
    ).toEqual([
      { seat: 'seat-1', mean_rank: '1.25', votes: 4, won: true },
      { seat: 'seat-2', mean_rank: null, votes: 4, won: false },
    ]);
  });
});
