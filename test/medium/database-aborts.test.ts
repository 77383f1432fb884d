import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseSilent } from '../../src/database/connection-watch.js';
import { openDatabaseRoom, type DatabaseRoom } from '../support/database-room.js';
import { until } from '../support/until.js';

let room: DatabaseRoom;

beforeAll(async () => void (room = await openDatabaseRoom({ poolSize: 4 })));
/** What was given up runs on for a moment at the server: the next test must not take it for its own. */
afterEach(() => untilGone(SLEEP.text));
afterAll(() => room.close());

const SLEEP = { text: 'SELECT pg_sleep(20)' };

async function untilRunning(text: string, count: number): Promise<void> {
  await until(async () => (await running(text)) >= count);
}

async function untilGone(text: string): Promise<void> {
  await until(async () => (await running(text)) === 0);
}

async function running(text: string): Promise<number> {
  const [row] = await room.owner.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND strpos(query, $1) > 0`,
    [text],
  );
  return row?.count ?? 0;
}

/** A connection that was given up while it was being made may still be on its way. */
async function servesAtFullWidth(): Promise<void> {
  await until(async () => (await connectionsAtOnce()) === 4);
  expect(room.bulkhead.snapshot()).toMatchObject({ active: 0, queued: 0 });
}

async function connectionsAtOnce(): Promise<number> {
  const pids = await Promise.all(
    Array.from({ length: 4 }, () =>
      room.database.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid, pg_sleep(0.05)' }),
    ),
  );
  return new Set(pids.map(([row]) => row?.pid)).size;
}

/** What each kind of work does until it is given up. */
const KINDS = {
  statement: (signal: AbortSignal) => room.database.query(SLEEP, [], { signal }),
  copy: (signal: AbortSignal) => room.database.copy(SLEEP, [], () => {}, { signal }),
  'copy in a transaction': (signal: AbortSignal) =>
    room.database.transaction(() => room.database.copy(SLEEP, [], () => {}), { signal }),
  transaction: (signal: AbortSignal) =>
    room.database.transaction((manager) => manager.query<unknown>(SLEEP.text), { signal }),
  savepoint: (signal: AbortSignal) =>
    room.database.transaction(() => room.database.transaction((manager) => manager.query<unknown>(SLEEP.text)), {
      signal,
    }),
} as const satisfies Record<string, (signal: AbortSignal) => Promise<unknown>>;

describe.each(Object.entries(KINDS))('work that is given up in a %s', (_kind, work) => {
  it('fails with the reason, is gone from the server, and says nothing against the database', async () => {
    const abort = new AbortController();
    const reason = new Error('past the deadline');
    const working = expect(work(abort.signal)).rejects.toBe(reason);
    await untilRunning(SLEEP.text, 1);
    const abortedMs = performance.now();
    abort.abort(reason);
    await working;
    await untilGone(SLEEP.text);
    // Well before the server's own limit would have ended it.
    expect(performance.now() - abortedMs).toBeLessThan(3_000);
    expect(room.circuit.snapshot()).toMatchObject({ state: 'closed', failuresInARow: 0 });
    await servesAtFullWidth();
  });

  it('leaves the pool whole, a hundred times over', async () => {
    for (let round = 0; round < 25; round++) {
      const aborts = Array.from({ length: 4 }, () => new AbortController());
      const working = aborts.map(({ signal }) => work(signal).catch((error: unknown) => error));
      // Some while they connect, some while they run.
      if (round % 2 === 0) await untilRunning(SLEEP.text, 4);
      for (const abort of aborts) abort.abort(new Error('given up'));
      for (const outcome of await Promise.all(working)) expect(outcome).toMatchObject({ message: 'given up' });
    }
    await servesAtFullWidth();
  });
});

describe('a connection that the server ends', () => {
  it.each(Object.entries(KINDS))('fails a %s as unavailable, and is replaced', async (_kind, work) => {
    const working = expect(work(new AbortController().signal)).rejects.toMatchObject({
      code: 'dependency_unavailable',
      fault: 'unavailable',
    });
    await untilRunning(SLEEP.text, 1);
    await room.owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE strpos(query, $1) > 0 AND datname = current_database()`,
      [SLEEP.text],
    );
    await working;
    await servesAtFullWidth();
  });

  it('is replaced also when it was idle', async () => {
    await servesAtFullWidth();
    await room.owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'holdfast' AND datname = current_database()`,
    );
    const attempts = Array.from({ length: 8 }, () => room.database.query({ text: 'SELECT 1' }).catch(() => undefined));
    await Promise.all(attempts);
    await servesAtFullWidth();
  });
});

it('a caller that has gone before the work begins costs no connection', async () => {
  const before = room.circuit.snapshot().totals;
  await expect(room.database.query(SLEEP, [], { signal: AbortSignal.abort(new Error('gone')) })).rejects.toMatchObject({
    message: 'gone',
  });
  expect(room.circuit.snapshot().totals).toEqual(before);
});

describe('a lease that hears nothing in its own short time', () => {
  it('fails, and neither dismisses those who wait nor counts against the database', async () => {
    const failures = () => room.circuit.snapshot().totals.failure;
    const before = failures();
    const places = await Promise.all(Array.from({ length: 4 }, () => room.bulkhead.acquire()));
    const waiting = room.database.query({ text: 'SELECT 1 AS one' });
    const lease = { limitMs: 100, statementMs: 100, isLease: true };
    await expect(room.database.query(SLEEP, [], lease)).rejects.toBeInstanceOf(DatabaseSilent);
    for (const place of places) place.release();
    expect(await waiting).toEqual([{ one: 1 }]);
    expect(failures()).toBe(before);
  });
});
