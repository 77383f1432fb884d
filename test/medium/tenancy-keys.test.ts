import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, BOOTSTRAP_KEY, type TestApp } from '../support/app.js';
import { makeKey, makeTenant, type TestTenant } from '../support/tenants.js';

let app: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await makeTenant(app.api);
});
afterAll(() => app.close());

const me = (key: string) => app.api.get('/v1/me', { key });
const create = (body: object, key = tenant.key) =>
  app.api.post<{ id: string; key: string }>('/v1/api-keys', { name: 'a key', scopes: ['member'], ...body }, { key });
const faultsOf = (answer: { body: Record<string, unknown> }) =>
  (answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);

describe('a new key', () => {
  it('has the form of the contract and says what it is, and nothing else', async () => {
    const { status, body } = await create({ name: 'for the build', scopes: ['tenant:admin', 'member'] });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      name: 'for the build',
      scopes: ['tenant:admin', 'member'],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      expires_at: null,
      revoked_at: null,
      key: expect.stringMatching(/^hf_test_[0-9a-z]{26}_[0-9A-Za-z]{36}$/),
    });
    expect((await me(body.key)).body).toEqual({
      tenant_id: tenant.id,
      key_id: body.id,
      scope: 'tenant:admin',
      install_id: null,
    });
  });

  it('is shown once: no list, log or table holds it, only its SHA-256', async () => {
    const { key, uuid } = await makeKey(tenant.api);
    await me(key);
    const secret = key.slice(-36);
    expect((await tenant.api.get('/v1/api-keys')).text).not.toContain(secret);
    expect(app.logLines.join('')).not.toContain(secret);
    const [row] = await app.database.query<{ token_hash: Buffer; whole: string }>(
      `SELECT token_hash, api_keys::text AS whole FROM system.api_keys WHERE id = $1`,
      [uuid],
    );
    expect(row?.token_hash).toEqual(createHash('sha256').update(key).digest());
    expect(row?.whole).not.toContain(secret);
  });

  it('lives beside the others of its tenant', async () => {
    const keys = await Promise.all([makeKey(tenant.api), makeKey(tenant.api), makeKey(tenant.api)]);
    for (const { key } of keys) expect((await me(key)).status).toBe(200);
    await tenant.api.delete(`/v1/api-keys/${keys[0].id}`);
    expect(await Promise.all(keys.map(async ({ key }) => (await me(key)).status))).toEqual([401, 200, 200]);
  });

  it.each([
    ['tenant:admin', 'platform:admin'],
    ['member', 'tenant:admin'],
  ] as const)('made by %s is never above it', async (own, above) => {
    const { key } = await makeKey(app.api, [own]);
    const count = () => app.database.query(`SELECT count(*) FROM system.api_keys`);
    const before = await count();
    const answer = await create({ scopes: ['member', above] }, key);
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await count()).toEqual(before);
  });

  it.each([
    ['a name of 200 characters outside the basic plane', { name: '🗝'.repeat(200) }, 201],
    ['a name of one more', { name: '🗝'.repeat(201) }, 422],
    ['a name of one', { name: 'x' }, 201],
    ['an empty name', { name: '' }, 422],
    ['no scope', { scopes: [] }, 422],
    ['a scope twice', { scopes: ['member', 'member'] }, 422],
    ['a scope that is none', { scopes: ['root'] }, 422],
    ['scopes as text', { scopes: 'member' }, 422],
    ['an end in the past', { expires_at: '2020-01-01T00:00:00Z' }, 422],
    ['an end without a zone', { expires_at: '2999-01-01T00:00:00' }, 422],
    ['an end on a day that is none', { expires_at: '2999-02-29T00:00:00Z' }, 422],
    ['an end in small letters', { expires_at: '2999-01-01t00:00:00z' }, 201],
    ['an end in another zone', { expires_at: '2999-01-01T00:00:00+05:45' }, 201],
    ['a null end', { expires_at: null }, 422],
    ['a field that nobody knows', { admin: true }, 422],
  ])('with %s', async (_what, body, status) => {
    const answer = await create(body);
    expect(answer.status).toBe(status);
    if (status === 422) expect(faultsOf(answer)[0]).toMatch(new RegExp(`^/${Object.keys(body)[0]}`));
  });
});

describe('a key that ends', () => {
  it('is good until then and not a moment longer', async () => {
    const { key, uuid } = await makeKey(tenant.api, ['member'], { expires_at: '2999-06-01T12:00:00.5Z' });
    const [row] = await app.database.query(`SELECT expires_at FROM system.api_keys WHERE id = $1`, [uuid]);
    expect(row).toEqual({ expires_at: new Date('2999-06-01T12:00:00.500Z') });
    await app.database.query(`UPDATE system.api_keys SET expires_at = now() - interval '1 ms' WHERE id = $1`, [uuid]);
    expect((await me(key)).status).toBe(401);
  });
});

describe('a revoked key', () => {
  it('is refused at once where it was revoked, shows when, and stays as it is when revoked again', async () => {
    const { key, id } = await makeKey(tenant.api);
    expect((await me(key)).status).toBe(200);
    expect((await tenant.api.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    expect((await me(key)).status).toBe(401);
    const shown = async () => {
      const { body } = await tenant.api.get<{ data: { id: string; revoked_at: string | null }[] }>(
        '/v1/api-keys?limit=200',
      );
      return body.data.find((one) => one.id === id)?.revoked_at;
    };
    const first = await shown();
    expect(first).toMatch(/Z$/);
    expect((await tenant.api.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    expect(await shown()).toBe(first);
  });

  it('is not one that reaches further than whoever wants to revoke it', async () => {
    const platform = await makeKey(app.api, ['platform:admin']);
    const admin = await makeKey(app.api, ['tenant:admin']);
    expect((await app.api.as(admin.key).delete(`/v1/api-keys/${platform.id}`)).status).toBe(403);
    expect((await app.api.as(platform.key).get('/v1/me')).status).toBe(200);
    expect((await app.api.as(platform.key).delete(`/v1/api-keys/${admin.id}`)).status).toBe(204);
  });

  it('may revoke itself, as its last deed', async () => {
    const { key, id } = await makeKey(tenant.api, ['tenant:admin']);
    expect((await app.api.delete(`/v1/api-keys/${id}`, { key })).status).toBe(204);
    expect((await app.api.get('/v1/api-keys', { key })).status).toBe(401);
  });

  it.each(['key_', 'key_0', 'nothing', `mem_${'0'.repeat(26)}`, `key_${'0'.repeat(26)}`, '%2e%2e', 'a'.repeat(500)])(
    'is not found under %s',
    async (id) => {
      expect((await tenant.api.delete(`/v1/api-keys/${id}`)).status).toBe(404);
    },
  );
});

describe('the Authorization header', () => {
  it('names its scheme in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const headers = { authorization: `${scheme} ${tenant.key}` };
      expect((await app.api.get('/v1/me', { key: null, headers })).status).toBe(200);
    }
  });

  it('takes the key that an operator chose, and no other that looks like it', async () => {
    expect((await me(BOOTSTRAP_KEY)).body).toMatchObject({ scope: 'platform:admin' });
    expect((await me(`${BOOTSTRAP_KEY}0`)).status).toBe(401);
    expect((await me(BOOTSTRAP_KEY.toUpperCase())).status).toBe(401);
  });
});
