import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../src/database/id.js';
import { openDatabaseRoom, type DatabaseRoom } from '../support/database-room.js';

let room: DatabaseRoom;
beforeAll(async () => void (room = await openDatabaseRoom({ poolSize: 1 })));
afterAll(() => room.close());

const COUNT = { text: 'SELECT n::integer FROM generate_series(1, $1) AS n' };

async function counted(most: number): Promise<number[]> {
  const seen: number[] = [];
  await room.database.copy(COUNT, [most], (row) => seen.push(row.next().int32()));
  return seen;
}

/** The room has one connection: it is the same one, and in good order. */
async function stillServes(): Promise<void> {
  expect(await counted(3)).toEqual([1, 2, 3]);
  expect(await room.database.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  expect(room.bulkhead.snapshot()).toMatchObject({ active: 0, queued: 0 });
}

describe('rows that are read as bytes', () => {
  it('come in order, field by field', async () => {
    const rows: unknown[] = [];
    const text = `SELECT n::smallint, -n::integer, n / 3.0::float8, repeat('ä😀' || E'\\n\\\\', n), $2::uuid::text
                    FROM generate_series(1, $1) AS n`;
    const id = newUuid();
    await room.database.copy({ text }, [3, id], (row) =>
      rows.push([row.next().int16(), row.next().int32(), row.next().float64(), row.next().text(), row.next().text()]),
    );
    expect(rows).toEqual([1, 2, 3].map((n) => [n, -n, n / 3, 'ä😀\n\\'.repeat(n), id]));
  });

  it('may be none, or more than one packet of the network holds', async () => {
    expect(await counted(0)).toEqual([]);
    const many = await counted(50_000);
    expect([many.length, many[0], many.at(-1)]).toEqual([50_000, 1, 50_000]);
    const sizes: number[] = [];
    await room.database.copy({ text: `SELECT repeat('x', 300000 * n) FROM generate_series(1, 3) AS n` }, [], (row) => {
      const { start, end } = row.next();
      sizes.push(end - start);
    });
    expect(sizes).toEqual([300_000, 600_000, 900_000]);
  });

  it('are those of the open transaction', async () => {
    await room.transaction
      .run(
        async (manager) => {
          await manager.query('CREATE TEMPORARY TABLE things (n integer) ON COMMIT DROP');
          await manager.query('INSERT INTO things VALUES (7)');
          const seen: number[] = [];
          await room.database.copy({ text: 'SELECT n FROM things' }, [], (row) => seen.push(row.next().int32()));
          expect(seen).toEqual([7]);
          const failing = room.database.copy({ text: 'SELECT n / 0 FROM things' }, [], () => {});
          await expect(failing).rejects.toMatchObject({ fault: 'defect', sqlState: '22012' });
        },
        { tenantId: newUuid() },
      )
      .catch(() => {});
    await stillServes();
  });
});

describe('a failure amid the rows', () => {
  it('of the server is told as any other, and the connection serves on', async () => {
    const seen: number[] = [];
    const text = 'SELECT 10 / (5000 - n)::integer FROM generate_series(1, 10000) AS n';
    await expect(room.database.copy({ text }, [], (row) => seen.push(row.next().int32()))).rejects.toMatchObject({
      code: 'internal_error',
      fault: 'defect',
      sqlState: '22012',
    });
    expect(seen.length).toBeLessThan(5_000);
    await stillServes();
  });

  it('of whoever reads them is told to the caller, and to nobody else', async () => {
    let given = 0;
    const fault = new Error('no such field');
    const reading = room.database.copy(COUNT, [10_000], () => {
      given += 1;
      throw fault;
    });
    await expect(reading).rejects.toMatchObject({ code: 'internal_error', cause: fault });
    expect(given).toBe(1);
    await stillServes();
  });

  it.each([
    ['null', { text: 'SELECT NULL::integer' }],
    ['not there', { text: 'SELECT' }],
  ])('is a field that is %s', async (_what, statement) => {
    await expect(room.database.copy(statement, [], (row) => row.next())).rejects.toMatchObject({ fault: 'defect' });
    await stillServes();
  });
});
