import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

interface ListBody {
  data: { id: string }[];
  next_cursor: string | null;
}

/** One more than the longest page. */
const ROWS = 201;

let app: TestApp;
let tenant: TestTenant;
/** Made before any list is counted. */
let own: TestTenant;

beforeAll(async () => {
  app = await startTestApp();
  [tenant, own] = [await makeTenant(app.api), await makeTenant(app.api)];
  await app.database.query(
    `INSERT INTO system.members (tenant_id, id, email, role)
     SELECT $1, gen_random_uuid(), 'm' || n || '@example.org', 'member' FROM generate_series(1, ${ROWS}) n`,
    [tenant.uuid],
  );
  await app.database.query(
    `INSERT INTO system.api_keys (id, tenant_id, name, scopes, token_hash)
     SELECT gen_random_uuid(), $1, 'k', '{member}', sha256(n::text::bytea) FROM generate_series(1, ${ROWS - 1}) n`,
    [tenant.uuid],
  );
  await app.database.query(
    `INSERT INTO system.tenants (id, name) SELECT gen_random_uuid(), 't' FROM generate_series(1, ${ROWS - 3})`,
  );
});
afterAll(() => app.close());

const LISTS = ['/v1/members', '/v1/api-keys', '/v1/tenants'] as const;
const list = (path: string, query = '') =>
  (path === '/v1/tenants' ? app.api : tenant.api).get<ListBody>(`${path}${query === '' ? '' : `?${query}`}`);
const cursorOf = async (path: string) => (await list(path, 'limit=1')).body.next_cursor ?? '';

async function walk(path: string, limit: number): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { body } = await list(path, `limit=${limit}${query}`);
    expect(body.data.length).toBeLessThanOrEqual(limit);
    ids.push(...body.data.map(({ id }) => id));
    cursor = body.next_cursor;
    pages += 1;
  } while (cursor !== null);
  return { ids, pages };
}

describe.each(LISTS)('%s', (path) => {
  it('has 50 on a page unless told otherwise, and 200 at most', async () => {
    expect((await list(path)).body.data).toHaveLength(50);
    expect((await list(path, 'limit=1')).body.data).toHaveLength(1);
    expect((await list(path, 'limit=200')).body.data).toHaveLength(200);
    expect((await list(path, 'limit=201')).body.data).toHaveLength(200);
    expect((await list(path, 'limit=1000000')).body.data).toHaveLength(200);
  });

  it.each(['0', '-1', '1.5', 'many', '', '1e3'])('refuses a limit of %p', async (limit) => {
    expect((await list(path, `limit=${limit}`)).status).toBe(422);
  });

  it('walks through every row once, in the order of the ids', async () => {
    const { ids, pages } = await walk(path, 37);
    expect(ids).toHaveLength(ROWS);
    expect(ids).toEqual([...new Set(ids)].toSorted());
    expect(pages).toBe(Math.ceil(ROWS / 37));
    expect((await walk(path, 67)).pages).toBe(3);
  });

  it('takes its own cursor with another limit', async () => {
    expect((await list(path, `limit=3&cursor=${await cursorOf(path)}`)).body.data).toHaveLength(3);
  });

  it('refuses the cursor of another list', async () => {
    for (const other of LISTS.filter((one) => one !== path))
      expect(await list(path, `cursor=${await cursorOf(other)}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor' },
      });
  });

  it('refuses a cursor that somebody has written', async () => {
    const [digest] = JSON.parse(Buffer.from(await cursorOf(path), 'base64url').toString()) as [string];
    const written = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const cursors = [
      'junk',
      '%00',
      '',
      written(),
      written(digest),
      written(digest, 'no uuid'),
      written(digest, randomUUID().toUpperCase()),
      written(digest, `${randomUUID()}'; DROP TABLE system.tenants`),
      written(digest, 7),
      written(digest, null),
      written(digest, [randomUUID()]),
      written(digest, randomUUID(), randomUUID()),
      written('another', randomUUID()),
      Buffer.from('{"a":1}').toString('base64url'),
      'x'.repeat(5_000),
    ];
    for (const cursor of cursors) {
      const { status, body } = await list(path, `cursor=${cursor}`);
      expect({ cursor, status, body }).toMatchObject(
        cursor === '%00' ? { status: 422 } : { status: 400, body: { code: 'invalid_cursor' } },
      );
    }
    expect((await list(path, `cursor=${written(digest, randomUUID())}`)).status).toBe(200);
  });
});

it('a row that is removed between two pages makes neither repeat nor skip', async () => {
  for (const name of ['a', 'b', 'c', 'd'])
    await own.api.post('/v1/members', { email: `${name}@example.org`, role: 'member' });
  const { body: first } = await own.api.get<ListBody>('/v1/members?limit=2');
  await own.api.delete(`/v1/members/${first.data[1]?.id}`);
  const { body: second } = await own.api.get<{ data: { email: string }[]; next_cursor: string | null }>(
    `/v1/members?limit=2&cursor=${first.next_cursor}`,
  );
  expect(second.data.map(({ email }) => email)).toEqual(['c@example.org', 'd@example.org']);
  expect(second.next_cursor).toBeNull();
});
