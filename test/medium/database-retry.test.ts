import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { EntityManager } from 'typeorm';
import { openDatabaseRoom, type DatabaseRoom } from '../support/database-room.js';
import { until } from '../support/until.js';

let room: DatabaseRoom;
let tenantId: string;

beforeAll(async () => void (room = await openDatabaseRoom({ poolSize: 4 })));
beforeEach(async () => {
  tenantId = randomUUID();
  await room.owner.query(`INSERT INTO quotas VALUES ($1, 'a', 0), ($1, 'b', 0)`, [tenantId]);
});
afterAll(() => room.close());

const run = <T>(work: (manager: EntityManager) => Promise<T>) => room.transaction.run(work, { tenantId });
const raise = (manager: EntityManager, feature: string) =>
  manager.query(`UPDATE quotas SET "limit" = "limit" + 1 WHERE feature = $1`, [feature]);
const limits = () =>
  room.owner.query(`SELECT feature, "limit"::int FROM quotas WHERE tenant_id = $1 ORDER BY 1`, [tenantId]);
/** Tells two runs of the work apart: the number of the transaction, which a savepoint does not change. */
const transactionId = async (manager: EntityManager) =>
  (await manager.query<{ id: string }[]>('SELECT pg_current_xact_id()::text AS id'))[0]?.id;

/** Waits until both have come this far, the first time that each does. */
function meetingOf(count: number): () => Promise<void> {
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (open = resolve));
  return () => {
    if (--count === 0) open();
    return all;
  };
}

describe('a transaction that loses against another one', () => {
  it('after a deadlock (40P01) runs again in a fresh transaction, and both are kept', async () => {
    const meet = meetingOf(2);
    const ids: unknown[] = [];
    const both = (first: string, second: string) =>
      run(async (manager) => {
        ids.push(await transactionId(manager));
        await raise(manager, first);
        await meet();
        await raise(manager, second);
      });
    await Promise.all([both('a', 'b'), both('b', 'a')]);
    expect(await limits()).toEqual([
      { feature: 'a', limit: 2 },
      { feature: 'b', limit: 2 },
    ]);
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('after a serialization failure (40001) runs again and sees what the other one did', async () => {
    const strict = await openDatabaseRoom({ settings: String.raw`-c default_transaction_isolation=repeatable\ read` });
    const meet = meetingOf(2);
    let attempts = 0;
    const increment = () =>
      strict.transaction.run(
        async (manager) => {
          attempts += 1;
          const [row] = await manager.query<{ total: number }[]>('SELECT total::int FROM usage_totals');
          await meet();
          await manager.query('UPDATE usage_totals SET total = $1', [(row?.total ?? NaN) + 1]);
        },
        { tenantId },
      );
    await strict.owner.query(`INSERT INTO usage_totals VALUES ($1, 'a', '2026-01-01', 0)`, [tenantId]);
    await Promise.all([increment(), increment()]);
    expect(await strict.owner.query('SELECT total::int FROM usage_totals')).toEqual([{ total: 2 }]);
    expect(attempts).toBe(3);
    await strict.close();
  });

  it('gives up after the fourth time, as overloaded', async () => {
    let attempts = 0;
    const losing = run(async (manager) => {
      attempts += 1;
      await manager.query(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$`);
    });
    await expect(losing).rejects.toMatchObject({ code: 'overloaded', fault: 'serialization' });
    expect(attempts).toBe(4);
  });

  it('is tried again as a whole when it lost inside a savepoint', async () => {
    const seen: string[] = [];
    await run(async (outer) => {
      seen.push('outer');
      await raise(outer, 'a');
      await run(async (inner) => {
        seen.push('inner');
        if (seen.length < 3) await inner.query(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$`);
        await raise(inner, 'b');
      });
    });
    expect(seen).toEqual(['outer', 'inner', 'outer', 'inner']);
    expect(await limits()).toEqual([
      { feature: 'a', limit: 1 },
      { feature: 'b', limit: 1 },
    ]);
  });
});

describe('a lock that is not to be had', () => {
  it('is asked for once more (55P03), and no more often', async () => {
    const holder = new Client(room.owner.url);
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(`UPDATE quotas SET "limit" = 9 WHERE tenant_id = $1 AND feature = 'a'`, [tenantId]);
    let attempts = 0;
    const waiting = run(async (manager) => {
      attempts += 1;
      await manager.query(`SET LOCAL lock_timeout = 50`);
      await raise(manager, 'a');
    });
    await expect(waiting).rejects.toMatchObject({ code: 'overloaded', fault: 'lock_timeout', sqlState: '55P03' });
    expect(attempts).toBe(2);
    await holder.query('ROLLBACK');
    await holder.end();
  });

  it('is had the second time, when its holder has gone', async () => {
    const holder = new Client(room.owner.url);
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(`UPDATE quotas SET "limit" = 9 WHERE tenant_id = $1 AND feature = 'a'`, [tenantId]);
    let attempts = 0;
    await run(async (manager) => {
      attempts += 1;
      if (attempts === 2) await holder.query('COMMIT');
      await manager.query(`SET LOCAL lock_timeout = 50`);
      await raise(manager, 'a');
    });
    expect(await limits()).toContainEqual({ feature: 'a', limit: 10 });
    await holder.end();
  });
});

describe('a statement that runs past its limit', () => {
  it('is ended by the server after 5 s, and never tried again (57014)', async () => {
    let attempts = 0;
    const startedMs = performance.now();
    const tooLong = run(async (manager) => {
      attempts += 1;
      await manager.query('SELECT pg_sleep(20)');
    });
    await expect(tooLong).rejects.toMatchObject({ code: 'dependency_unavailable', fault: 'statement_timeout' });
    expect(performance.now() - startedMs).toBeGreaterThan(4_900);
    expect(attempts).toBe(1);
    expect(room.circuit.snapshot()).toMatchObject({ state: 'closed', failuresInARow: 0 });
  });
});

describe('a transaction that its caller does not end', () => {
  it('is ended by the server, as unavailable, and its connection replaced', async () => {
    const idle = run(async (manager) => {
      await manager.query(`SET LOCAL idle_in_transaction_session_timeout = 20`);
      const [{ pid } = { pid: 0 }] = await manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
      const alive = () => room.owner.query(`SELECT 1 FROM pg_stat_activity WHERE pid = $1`, [pid]);
      await until(async () => (await alive()).length === 0);
      await manager.query('SELECT 1');
    });
    await expect(idle).rejects.toMatchObject({ code: 'dependency_unavailable', fault: 'unavailable' });
    expect(await room.database.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });
});
