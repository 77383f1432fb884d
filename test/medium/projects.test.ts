import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { publicId } from '../../src/database/id.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { makeClientToken, makeTenant, type TestTenant } from '../support/tenants.js';

interface ProjectBody {
  id: string;
  name: string;
  created_at: string;
}
interface ListBody {
  data: ProjectBody[];
  next_cursor: string | null;
}

let app: ComposedApp;
let tenant: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  app = await composeTestApp();
});
beforeEach(async () => {
  [tenant, other] = [await makeTenant(app.api), await makeTenant(app.api)];
});
afterAll(() => app.close());

const add = (name: unknown, { api } = tenant) => api.post<ProjectBody>('/v1/projects', { name });
const list = (query = '', { api } = tenant) => api.get<ListBody>(`/v1/projects${query}`);

describe('a project', () => {
  it('is made and listed', async () => {
    const { status, body } = await add('Ein Garten für alle 🌻');
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^prj_[0-9a-z]{26}$/),
      name: 'Ein Garten für alle 🌻',
      created_at: expect.stringMatching(/Z$/),
    });
    expect((await list()).body).toEqual({ data: [body], next_cursor: null });
  });

  it('may share its name', async () => {
    const [one, two] = [await add('twin'), await add('twin')];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.id).not.toBe(two.body.id);
  });

  it('can be made by a device', async () => {
    const token = await makeClientToken(tenant.api, 'device-01');
    expect((await add('from a device', { ...tenant, api: tenant.api.as(token) })).status).toBe(201);
  });

  it.each([
    ['a', 201],
    ['a'.repeat(200), 201],
    ['a'.repeat(201), 422],
    ['🌍'.repeat(200), 201],
    ['🌍'.repeat(201), 422],
    ['', 422],
    [7, 422],
    [null, 422],
    [undefined, 422],
    [['a'], 422],
  ])('named %p is answered %i', async (name, status) => {
    const answer = await add(name);
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body).toMatchObject({ errors: [{ pointer: '/name' }] });
  });

  it('takes no other field', async () => {
    const answer = await tenant.api.post('/v1/projects', { name: 'a', tenant_id: other.id });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/tenant_id' }] } });
  });

  it('of one tenant is none of another', async () => {
    await add('ours');
    expect((await list('', other)).body).toEqual({ data: [], next_cursor: null });
  });
});

describe('the list of projects', () => {
  it('goes by the ids, a page at a time, each project once', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await add(name);
    const names: string[] = [];
    const ids: string[] = [];
    let query = '?limit=2';
    for (let page = 0; page < 3; page++) {
      const { body } = await list(query);
      names.push(...body.data.map((project) => project.name));
      ids.push(...body.data.map((project) => project.id));
      query = `?limit=2&cursor=${body.next_cursor}`;
      expect(body.next_cursor === null).toBe(page === 2);
    }
    expect(names.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(ids).toEqual(ids.toSorted());
  });

  it('takes no cursor but its own', async () => {
    await add('a');
    await add('b');
    const { body } = await list('?limit=1');
    const [digest] = JSON.parse(Buffer.from(body.next_cursor ?? '', 'base64url').toString()) as [string];
    const written = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const cursor of ['', 'junk', written(digest), written(digest, 'no uuid'), written('other', randomUUID())])
      expect(await list(`?cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    const foreign = await tenant.api.get(`/v1/members?cursor=${body.next_cursor}`);
    expect(foreign.status).toBe(400);
  });

  it.each(['0', '-1', '1.5', 'many', ''])('refuses a limit of %p', async (limit) => {
    expect((await list(`?limit=${limit}`)).status).toBe(422);
  });
});

describe('a project that a body names', () => {
  const name = (id: string) =>
    tenant.api.post('/v1/sessions', { goal: 'Plant a garden for all', project_id: id, start: false });

  it('is that of the session', async () => {
    const { body } = await add('found');
    expect(await name(body.id)).toMatchObject({ status: 201, body: { project_id: body.id } });
  });

  it('is a fault of that field when it is none, or of another tenant, and there is no session', async () => {
    const { body } = await add('theirs', other);
    const errors = [{ pointer: '/project_id', detail: 'is not the id of a project' }];
    for (const id of [body.id, publicId('prj', randomUUID()), body.id.replace('prj', 'ses'), 'junk', body.id.slice(4)])
      expect(await name(id)).toMatchObject({ status: 422, body: { code: 'validation_error', errors } });
    expect(await tenant.api.get('/v1/sessions')).toMatchObject({ body: { data: [] } });
  });
});
