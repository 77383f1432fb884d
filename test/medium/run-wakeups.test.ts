import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DatabaseNotices } from '../../src/database/notices.js';
import { RunWakeUps } from '../../src/queue/run-wakeups.js';
import { runInContext, type Principal } from '../../src/reliability/context/request-context.js';
import { Deadline } from '../../src/reliability/deadline/deadline.js';
import { systemClock, type Clock } from '../../src/reliability/ports.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { openSessionRoom, type SessionRoom } from '../support/session-room.js';
import { until } from '../support/until.js';

/** Ten times what it takes on an idle machine. */
const SOON_MS = 2_000;

let room: SessionRoom;
let open: DatabaseNotices[] = [];
beforeAll(async () => void (room = await openSessionRoom()));
afterEach(() => {
  for (const notices of open) notices.onApplicationShutdown();
  open = [];
});
afterAll(() => room.close());

async function listening(
  clock = systemClock,
): Promise<{ notices: DatabaseNotices; heard: () => number; end: () => void }> {
  const notices = new DatabaseNotices({ url: room.owner.url, clock, random: () => 0.5 });
  open.push(notices);
  let count = 0;
  const end = new RunWakeUps(notices, room.database, clock).onWakeUp(() => (count += 1));
  await until(() => count === 1);
  return { notices, heard: () => count - 1, end };
}

/** Those of another process. */
function wakeUps(clock: Clock = systemClock): RunWakeUps {
  const notices = new DatabaseNotices({ url: room.owner.url, clock: systemClock, random: () => 0.5 });
  open.push(notices);
  return new RunWakeUps(notices, room.database, clock);
}

const listeners = () =>
  room.owner.query(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'holdfast-notices' AND datname = current_database()`,
  );

describe('whoever waits for runs', () => {
  it('hears at once of one that is put in line', async () => {
    const { heard } = await listening();
    await room.queued();
    await until(() => heard() === 1, SOON_MS);
  });

  it('hears at once of one that is handed back', async () => {
    const worker = randomUUID();
    const run = await room.running(undefined, worker);
    const { heard } = await listening();
    await room.queue.release(worker, [run]);
    await until(() => heard() === 1, SOON_MS);
  });

  it('hears nothing of a transaction that was rolled back', async () => {
    const { heard } = await listening();
    const session = await room.make({ status: 'queued' });
    const refused = room.transaction.run(
      async (manager) => {
        await room.queue.enqueue(manager, session);
        throw new Error('changed my mind');
      },
      { tenantId: session.tenantId },
    );
    await expect(refused).rejects.toMatchObject({ code: 'internal_error' });
    await room.enqueue(session);
    await until(() => heard() > 0, SOON_MS);
    expect(heard()).toBe(1);
  });

  it('hears nothing any more when it has ended its subscription', async () => {
    const { heard, end } = await listening();
    const second = await listening();
    end();
    await room.queued();
    await until(() => second.heard() === 1, SOON_MS);
    expect(heard()).toBe(0);
  });

  it('is told when the connection is there again after a break, for it may have missed something', async () => {
    const clock = new ManualClock();
    const { notices, heard } = await listening(clock);
    await room.owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                             WHERE application_name = 'holdfast-notices' AND datname = current_database()`);
    await until(() => notices.broken);
    await room.queued();
    expect(heard()).toBe(0);
    await clock.advance(50);
    await until(() => heard() === 1);
    await room.queued();
    await until(() => heard() === 2, SOON_MS);
  });

  it('tries again less and less often while there is nobody to connect to', async () => {
    const waits: number[] = [];
    const clock: Clock = {
      ...systemClock,
      schedule: (delayMs, fire) => {
        waits.push(delayMs);
        return systemClock.schedule(0, fire);
      },
    };
    const notices = new DatabaseNotices({ url: 'postgres://nobody@127.0.0.1:1/none', clock, random: () => 1 });
    open.push(notices);
    new RunWakeUps(notices, room.database, clock).onWakeUp(() => {});
    await until(() => waits.length >= 8);
    expect(waits.slice(0, 8)).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  });

  it('hears of what was announced, in its own process at once and elsewhere in a moment', async () => {
    const elsewhere = await listening();
    const own = wakeUps();
    let told = 0;
    const end = own.onWakeUp(() => (told += 1));
    await until(() => told === 1);
    own.announce();
    expect(told).toBe(2);
    end();
    own.announce();
    await until(() => elsewhere.heard() === 2, SOON_MS);
    expect(told).toBeLessThanOrEqual(3);
  });

  it('tells nobody else while nobody else listens, and whoever has begun to', async () => {
    const notices = new DatabaseNotices({ url: room.owner.url, clock: systemClock, random: () => 0.5 });
    open.push(notices);
    const own = new RunWakeUps(notices, room.database, systemClock);
    let told = 0;
    own.onWakeUp(() => (told += 1));
    await until(() => notices.isAlone);
    const asked = jest.spyOn(room.database, 'query');
    const before = told;
    own.announce();
    expect(told).toBe(before + 1);
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
    const { heard } = await listening();
    await until(() => !notices.isAlone);
    own.announce();
    await until(() => heard() === 1, SOON_MS);
  });

  it('hears of what its own process announces once, not again by the notice to the others', async () => {
    const own = wakeUps();
    let told = 0;
    own.onWakeUp(() => (told += 1));
    await until(() => told === 1);
    const elsewhere = await listening();
    own.announce();
    await until(() => elsewhere.heard() === 1, SOON_MS);
    // Notices come in the order of their commits.
    await room.queued();
    await until(() => elsewhere.heard() === 2 && told > 2, SOON_MS);
    expect(told).toBe(3);
  });

  it('hears of many announcements by few notices, the last one included', async () => {
    const clock = new ManualClock();
    const { heard } = await listening();
    const own = wakeUps(clock);
    for (let times = 0; times < 100; times++) own.announce();
    await until(() => heard() === 1 && clock.pending === 1, SOON_MS);
    await clock.advance(20);
    await until(() => heard() === 2 && clock.pending === 1, SOON_MS);
    await clock.advance(20);
    expect(clock.pending).toBe(0);
    own.announce();
    await until(() => heard() === 3, SOON_MS);
  });

  it('is told at nobody’s expense: not in the place of the tenant whose request was the first to announce', async () => {
    const acquired = jest.spyOn(room.bulkhead, 'acquire');
    const clock = new ManualClock();
    const own = wakeUps(clock);
    const principal: Principal = { tenantId: randomUUID(), keyId: 'key', scope: 'member' };
    const trace = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false };
    runInContext({ requestId: 'r', trace, deadline: Deadline.never(clock), principal }, () => {
      own.announce();
      own.announce();
    });
    await until(() => clock.pending === 1);
    await clock.advance(20);
    await until(() => clock.pending === 1);
    const shares = acquired.mock.calls.map(([options]) => options?.key);
    acquired.mockRestore();
    expect(shares.length).toBeGreaterThanOrEqual(2);
    expect(shares).not.toContain(principal.tenantId);
  });

  it('leaves no connection behind', async () => {
    await listening();
    for (const notices of open) notices.onApplicationShutdown();
    await until(async () => (await listeners()).length === 0);
  });
});

describe('whoever holds a run', () => {
  it('hears of a wish of this process with its commit, and of none that was taken back', async () => {
    const run = await room.running();
    const wish = { sessionId: run.sessionId, fence: run.fence, wish: 'pause' } as const;
    const heard: unknown[] = [];
    const end = room.queue.wishes.add((one) => heard.push(one));
    await room.database.transaction(async (manager) => {
      await room.queue.announceWish(manager, wish);
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual([wish]);
    const undone = room.database.transaction(async (manager) => {
      await room.queue.announceWish(manager, wish);
      throw new Error('taken back');
    });
    await expect(undone).rejects.toThrow('Something went wrong');
    expect(heard).toEqual([wish]);
    end();
  });
});
