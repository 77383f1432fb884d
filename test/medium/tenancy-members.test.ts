import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

let app: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await makeTenant(app.api);
});
afterAll(() => app.close());

const add = (body: object, api = tenant.api) =>
  api.post<{ id: string; email: string }>('/v1/members', { role: 'member', ...body });
/** 64 + 1 + 189 characters: the longest address that there is (RFC 5321). */
const LONGEST = `${'a'.repeat(64)}@${['b'.repeat(63), 'c'.repeat(63), 'd'.repeat(57), 'org'].join('.')}`;

describe('a member', () => {
  it('is added, listed and removed', async () => {
    const { status, body } = await add({ email: 'ada@example.org', role: 'admin' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^mem_[0-9a-z]{26}$/),
      email: 'ada@example.org',
      role: 'admin',
      created_at: expect.stringMatching(/Z$/),
    });
    expect((await tenant.api.get('/v1/members')).body).toEqual({ data: [body], next_cursor: null });
    const gone = await tenant.api.delete(`/v1/members/${body.id}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await tenant.api.get('/v1/members')).body).toEqual({ data: [], next_cursor: null });
    expect((await tenant.api.delete(`/v1/members/${body.id}`)).status).toBe(404);
  });

  it('is there once for each address, whatever its case, also when added twice at once', async () => {
    const answers = await Promise.all(
      ['eve@example.org', 'EVE@Example.org', 'eve@EXAMPLE.ORG'].map((email) => add({ email })),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409', '409']);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'conflict', category: 'conflict' });
    expect(refused?.text).not.toMatch(/eve|members_email_idx|unique/i);
    expect(answers.find(({ status }) => status === 201)?.body.email).toBe('eve@example.org');
  });

  it('of one tenant may be a member of another', async () => {
    const other = await makeTenant(app.api);
    for (const api of [tenant.api, other.api]) expect((await add({ email: 'both@example.org' }, api)).status).toBe(201);
  });

  it.each([
    ['the longest address', { email: LONGEST }, 201],
    ['an address of one character more', { email: `${LONGEST}x` }, 422],
    ['no address', {}, 422],
    ['an empty one', { email: '' }, 422],
    ['one without a domain', { email: 'ada' }, 422],
    ['one with a line break', { email: 'ada@example.org\n' }, 422],
    ['a number', { email: 7 }, 422],
    ['no role', { email: 'a1@example.org', role: undefined }, 422],
    ['an unknown role', { email: 'a2@example.org', role: 'owner' }, 422],
    ['a role in capitals', { email: 'a3@example.org', role: 'ADMIN' }, 422],
    ['a field that nobody knows', { email: 'a4@example.org', tenant_id: 'ten_1' }, 422],
  ])('with %s', async (_what, body, status) => {
    expect((await add(body)).status).toBe(status);
  });

  it.each(['mem_', 'nobody', `key_${'0'.repeat(26)}`, `mem_${'0'.repeat(26)}`])('is not found as %s', async (id) => {
    expect((await tenant.api.delete(`/v1/members/${id}`)).status).toBe(404);
  });
});

describe('a tenant', () => {
  it('is made with a first key that reaches as far as the tenant', async () => {
    const { status, body } = await app.api.post<{ id: string; api_key: string }>('/v1/tenants', {
      name: 'Ärzte ohne 🌍',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^ten_[0-9a-z]{26}$/),
      name: 'Ärzte ohne 🌍',
      api_key: expect.stringMatching(/^hf_test_/),
    });
    expect((await app.api.get('/v1/me', { key: body.api_key })).body).toMatchObject({
      tenant_id: body.id,
      scope: 'tenant:admin',
    });
    expect((await app.api.get('/v1/tenants', { key: body.api_key })).status).toBe(403);
  });

  it('may share its name', async () => {
    const [one, two] = [await makeTenant(app.api, 'twin'), await makeTenant(app.api, 'twin')];
    expect(one.id).not.toBe(two.id);
  });

  it.each([
    ['a'.repeat(200), 201],
    ['a'.repeat(201), 422],
    ['🌍'.repeat(200), 201],
    ['🌍'.repeat(201), 422],
    ['', 422],
    [7, 422],
    [null, 422],
  ])('named %p is answered %i', async (name, status) => {
    expect((await app.api.post('/v1/tenants', { name })).status).toBe(status);
  });

  it('is listed, the first one first, without any key', async () => {
    const { body, text } = await app.api.get<{ data: { name: string }[] }>('/v1/tenants');
    expect(body.data[0]).toEqual({
      id: expect.stringMatching(/^ten_/),
      name: 'default',
      created_at: expect.stringMatching(/Z$/),
    });
    expect(text).not.toContain('hf_');
  });
});
