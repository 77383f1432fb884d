import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { openDatabaseRoom, type DatabaseRoom } from '../support/database-room.js';

let room: DatabaseRoom;
let tenantId: string;

beforeAll(async () => void (room = await openDatabaseRoom({ poolSize: 4 })));
beforeEach(() => void (tenantId = randomUUID()));
afterAll(() => room.close());

const run = <T>(work: (manager: EntityManager) => Promise<T>) => room.transaction.run(work, { tenantId });
const insert = (manager: EntityManager, feature: string) =>
  manager.query(`INSERT INTO quotas VALUES ($1, $2, 1)`, [tenantId, feature]);
const kept = async () => {
  const rows = await room.owner.query<{ feature: string }>(
    `SELECT feature FROM quotas WHERE tenant_id = $1 ORDER BY 1`,
    [tenantId],
  );
  return rows.map(({ feature }) => feature);
};
const fail = () => Promise.reject(new Error('on purpose'));
const onPurpose = { message: 'on purpose' };

describe('a tenant transaction', () => {
  it('keeps what it did when the work ends well, and answers what the work answers', async () => {
    expect(await run(async (manager) => (await insert(manager, 'a'), 'answer'))).toBe('answer');
    expect(await kept()).toEqual(['a']);
  });

  it('keeps nothing when the work fails, and fails with the same error', async () => {
    await expect(run(async (manager) => (await insert(manager, 'a'), fail()))).rejects.toMatchObject({
      cause: onPurpose,
      code: 'internal_error',
    });
    expect(await kept()).toEqual([]);
  });

  it('does not claim to have kept what it lost, when the work swallows the failure of a statement', async () => {
    const swallow = (manager: EntityManager) => manager.query('SELECT 1/0').catch(() => {});
    await expect(
      run(async (manager) => {
        await insert(manager, 'a');
        await swallow(manager);
      }),
    ).rejects.toMatchObject({ code: 'internal_error' });
    await run(async (manager) => {
      await insert(manager, 'b');
      await expect(run(swallow)).rejects.toMatchObject({ sqlState: '25P02' });
    });
    expect(await kept()).toEqual(['b']);
  });

  it('leaves no tenant behind on the connection', async () => {
    await Promise.all(Array.from({ length: 8 }, () => run((manager) => manager.query<unknown>('SELECT 1'))));
    const settings = await Promise.all(
      Array.from({ length: 4 }, () =>
        room.dataSource.query<object[]>(
          `SELECT current_setting('app.tenant_id', true) AS tenant, pg_sleep(0.02)::text`,
        ),
      ),
    );
    for (const [row] of settings) expect(row).not.toMatchObject({ tenant: expect.stringMatching(/./) });
  });

  it('cannot be had without a tenant', async () => {
    await expect(room.transaction.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'internal_error' });
  });

  it('has 5 s for a statement, and 30 s when it is a batch', async () => {
    const limit = (manager: EntityManager) => manager.query<object[]>(`SHOW statement_timeout`);
    expect(await room.transaction.run(limit, { tenantId })).toEqual([{ statement_timeout: '5s' }]);
    expect(await room.transaction.run(limit, { tenantId, batch: true })).toEqual([{ statement_timeout: '30s' }]);
    expect(await room.transaction.run(limit, { tenantId })).toEqual([{ statement_timeout: '5s' }]);
  });
});

describe('a nested transaction', () => {
  it('that fails takes back its own part alone', async () => {
    await run(async (outer) => {
      await insert(outer, 'a');
      await expect(run(async (inner) => (await insert(inner, 'b'), fail()))).rejects.toMatchObject({
        cause: onPurpose,
      });
      await insert(outer, 'c');
    });
    expect(await kept()).toEqual(['a', 'c']);
  });

  it('that fails in a statement leaves the outer one able to go on', async () => {
    await run(async (outer) => {
      await insert(outer, 'a');
      await expect(run((inner) => insert(inner, 'a'))).rejects.toMatchObject({ fault: 'unique', code: 'conflict' });
      await expect(
        run(() => room.database.query({ text: `INSERT INTO quotas VALUES ($1, 'a', 1)` }, [tenantId])),
      ).rejects.toMatchObject({ fault: 'unique' });
      await insert(outer, 'b');
    });
    expect(await kept()).toEqual(['a', 'b']);
  });

  it('goes with the outer one when that fails', async () => {
    await run(async (outer) => {
      await insert(outer, 'a');
      await run((inner) => insert(inner, 'b'));
      await fail();
    }).catch(() => {});
    expect(await kept()).toEqual([]);
  });

  it('may nest again', async () => {
    await run(async (outer) => {
      await insert(outer, 'a');
      await run(async (inner) => {
        await insert(inner, 'b');
        await run(async (innermost) => (await insert(innermost, 'c'), fail())).catch(() => {});
        await run((innermost) => insert(innermost, 'd'));
      });
    });
    expect(await kept()).toEqual(['a', 'b', 'd']);
  });

  it('may run beside others in the same one: each keeps or loses its own part', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `f${String(index).padStart(2, '0')}`);
    await run(async () => {
      await Promise.allSettled(
        names.map((name, index) =>
          run(async (inner) => {
            await insert(inner, name);
            await inner.query('SELECT pg_sleep(0.001)');
            if (index % 3 === 0) await fail();
          }),
        ),
      );
    });
    expect(await kept()).toEqual(names.filter((_, index) => index % 3 !== 0));
  });

  it('takes no second connection', async () => {
    const pid = async (manager: EntityManager) => (await manager.query<object[]>('SELECT pg_backend_pid()'))[0];
    await Promise.all(
      Array.from({ length: 12 }, () =>
        run(async (outer) => expect(await run((inner) => pid(inner))).toEqual(await pid(outer))),
      ),
    );
  });

  it('cannot be for another tenant: the rest of the outer one would see that tenant', async () => {
    const other = randomUUID();
    await run(async (outer) => {
      await insert(outer, 'a');
      await expect(room.transaction.run((inner) => inner.query('SELECT 1'), { tenantId: other })).rejects.toMatchObject(
        { code: 'internal_error' },
      );
      expect(await outer.query(`SELECT feature FROM quotas`)).toEqual([{ feature: 'a' }]);
    });
    expect(await kept()).toEqual(['a']);
  });

  it('shares the open transaction with plain statements', async () => {
    await run(async (outer) => {
      await insert(outer, 'a');
      expect(await room.database.query({ name: 'count-quotas', text: 'SELECT feature FROM quotas' })).toEqual([
        { feature: 'a' },
      ]);
    });
  });
});

it('many transactions at once, some failing, lose and mix nothing', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, (_, index) =>
      run(async (manager) => {
        await insert(manager, `f${index}`);
        if (index % 2 === 0) await fail();
      }),
    ),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(30);
  expect(await kept()).toHaveLength(30);
  expect(room.bulkhead.snapshot()).toMatchObject({ active: 0, queued: 0 });
});
