import { beforeEach, describe, expect, it } from '@jest/globals';
import { RunRoom } from '../../../../test/support/run-room.js';
import type { Wish } from '../../../journal/session-write.js';
import { opening } from '../council/council.js';
import type { CouncilEvent } from '../council/events.js';
import { RunLost, type RunLog } from './run-log.js';

const ROUND: CouncilEvent = { type: 'round_started', data: { round: 1 } };

let room: RunRoom;
let told: (Wish | null)[];
let log: RunLog;
beforeEach(() => {
  room = new RunRoom();
  told = [];
  log = room.openLog((wanted) => void told.push(wanted));
});

const begin = () => log.append(() => ({ events: opening(room.spec) }));
const round = () => log.append(() => ({ events: [ROUND] }));

describe('an append', () => {
  it('adds to the log, and to the state that the next one is made from', async () => {
    expect(log.isEmpty).toBe(true);
    expect(await begin()).toBeNull();
    await log.append(({ round: reached }) => {
      expect(reached).toBe(0);
      return { events: [ROUND] };
    });
    expect(log.state.round).toBe(1);
    expect(log.isEmpty).toBe(false);
    expect(room.memory.types).toEqual(['session_started', 'round_started']);
    expect(room.memory.writes[1]?.place).toMatchObject({ round: 1 });
  });

  it('waits for its turn, so that each is made from the state that the one before has left', async () => {
    const seen: number[] = [];
    await begin();
    await Promise.all(
      [1, 2, 3].map((number) =>
        log.append(({ round: reached }) => {
          seen.push(reached);
          return { events: [{ type: 'round_started', data: { round: number } }] };
        }),
      ),
    );
    expect(seen).toEqual([0, 1, 2]);
    expect(room.memory.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  it('goes together with all others of the moment, each call with its event', async () => {
    const call = (key: string) => ({
      key,
      event: 1,
      provider: 'a',
      model: 'b',
      attempts: 1,
      inputTokens: 1,
      outputTokens: 1,
    });
    const answer = (key: string) => log.append(() => ({ events: [ROUND, ROUND], calls: [call(key)] }));
    await Promise.all([begin(), answer('one'), answer('two'), answer('three')]);
    expect(room.memory.writes.map(({ events }) => events.length)).toEqual([7]);
    expect(room.memory.writes[0]?.calls?.map(({ key, event }) => [key, event])).toEqual([
      ['one', 2],
      ['two', 4],
      ['three', 6],
    ]);
  });

  it('that ends the session goes alone: it may be refused, and answers must not be', async () => {
    room.memory.wanted = 'cancel';
    const end = () => log.append(() => ({ events: [ROUND], place: { status: 'completed' } }));
    expect(await Promise.all([begin(), round(), end(), round()])).toEqual(['cancel', 'cancel', 'refused', 'cancel']);
    expect(room.memory.types).toEqual(['session_started', 'round_started', 'round_started']);
  });

  it('that cannot be stored costs none of those that went with it', async () => {
    room.memory.mishaps.push('broken', undefined, undefined, 'broken', undefined);
    const outcomes = await Promise.allSettled([begin(), round(), round(), round()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(room.memory.types).toEqual(['session_started', 'round_started', 'round_started']);
  });

  it('whose entry cannot be made costs none of those that wait with it', async () => {
    const broken = log.append(() => {
      throw new TypeError('no such call');
    });
    await Promise.all([expect(broken).rejects.toThrow('no such call'), begin(), round()]);
    expect(room.memory.types).toEqual(['session_started', 'round_started']);
  });

  it('of nothing asks nobody', async () => {
    expect(await log.append(() => ({ events: [] }))).toBeNull();
    expect([room.memory.tries, told]).toEqual([0, []]);
  });

  it('tells what is wanted of the session', async () => {
    room.memory.wanted = 'pause';
    expect(await begin()).toBe('pause');
    expect(told).toEqual(['pause']);
  });

  it('is refused an ending when the session is to be cancelled, and leaves the state as it was', async () => {
    await begin();
    room.memory.wanted = 'cancel';
    const { state } = log;
    const complete = log.append(() => ({
      events: [{ type: 'complete', data: {} }],
      place: { status: 'completed' },
    }));
    expect(await complete).toBe('refused');
    expect(log.state).toBe(state);
    expect(told).toHaveLength(1);
  });
});

it('a log that was not read says nothing of stage and round when it is ended', async () => {
  const blind = room.openLog(undefined, { unread: true });
  await blind.append(() => ({ events: [ROUND], place: { status: 'failed' } }));
  expect(room.memory.writes[0]?.place).toEqual({ status: 'failed' });
});

describe('a run that is no longer its own', () => {
  it('is lost when another worker holds it', async () => {
    room.memory.fence = 2;
    await expect(begin()).rejects.toThrow(RunLost);
    expect(told).toEqual([]);
  });

  it('is lost when somebody else has added to the log', async () => {
    const other = room.openLog();
    await other.append(() => ({ events: [ROUND] }));
    await expect(begin()).rejects.toThrow(RunLost);
    expect(room.memory.types).toEqual(['round_started']);
  });
});

describe('a database that is away', () => {
  it('is waited for, a second at a time', async () => {
    room.memory.mishaps.push('away', 'away', 'away');
    const done = begin();
    await room.clock.advance(2_999);
    expect([room.memory.tries, room.memory.types]).toEqual([3, []]);
    await room.clock.advance(1);
    expect(await done).toBeNull();
    expect(room.memory.types).toEqual(['session_started']);
  });

  it('is waited for no longer when the run is broken off', async () => {
    room.memory.mishaps.push('away');
    const done = begin();
    await room.clock.settle();
    const reason = new Error('the worker goes');
    room.quit.abort(reason);
    await expect(done).rejects.toBe(reason);
    expect(room.clock.pending).toBe(0);
  });

  it('may have written what it did not answer: the log recognises it, and goes on behind it', async () => {
    room.memory.mishaps.push('answer-lost');
    const done = begin();
    await room.clock.advance(1_000);
    expect(await done).toBeNull();
    await round();
    expect(room.memory.types).toEqual(['session_started', 'round_started']);
    expect(told).toHaveLength(2);
  });

  it('announces what was recognised: nobody else knows that it was written', async () => {
    room.memory.mishaps.push('answer-lost');
    const done = begin();
    await room.clock.advance(1_000);
    await done;
    expect(room.memory.announced).toEqual(room.memory.events);
    await round();
    expect(room.memory.announced).toHaveLength(1);
  });

  it('tells of a wish also where the write was recognised', async () => {
    room.memory.mishaps.push('answer-lost');
    const done = begin();
    await room.clock.settle();
    room.memory.wanted = 'cancel';
    await room.clock.advance(1_000);
    expect(await done).toBe('cancel');
  });

  it('gives the run up when another worker has taken it meanwhile, whatever was written', async () => {
    room.memory.mishaps.push('answer-lost');
    const done = begin();
    const lost = expect(done).rejects.toThrow(RunLost);
    await room.clock.settle();
    room.memory.fence = 2;
    await room.clock.advance(1_000);
    await lost;
  });

  it('does not take the write of another for its own', async () => {
    room.memory.mishaps.push('away');
    const done = begin();
    const lost = expect(done).rejects.toThrow(RunLost);
    await room.clock.settle();
    await room.openLog().append(() => ({ events: [ROUND] }));
    await room.clock.advance(1_000);
    await lost;
    expect(room.memory.types).toEqual(['round_started']);
  });
});

it('a failure that nobody has foreseen ends its own append only', async () => {
  room.memory.mishaps.push('broken');
  await expect(begin()).rejects.toThrow(TypeError);
  await begin();
  expect(room.memory.types).toEqual(['session_started']);
});
