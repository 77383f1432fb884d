import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newUuid, publicId, uuidOf } from '../../src/database/id.js';
import { planActions, plannedChain, walkTo, type ActionBody } from '../support/actions.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

interface ListBody {
  data: ActionBody[];
  next_cursor: string | null;
}

let app: ComposedApp;
let tenant: TestTenant;
let other: TestTenant;
/** The older session has a project, the newer one none. */
const sessions = { older: newUuid(1_000), newer: newUuid(2_000) };
let projectId: string;
let older: string[];
let newer: string[];

beforeAll(async () => {
  app = await composeTestApp();
  [tenant, other] = [await makeTenant(app.api), await makeTenant(app.api)];
  projectId = (await tenant.api.post<{ id: string }>('/v1/projects', { name: 'a project' })).body.id;
  const project = uuidOf('prj', projectId) ?? null;
  const actions = () => plannedChain(5);
  const ofTenant = { tenantId: tenant.uuid };
  newer = await planActions(app, { ...ofTenant, sessionId: sessions.newer, actions: actions().toReversed() });
  newer.reverse();
  older = await planActions(app, { ...ofTenant, sessionId: sessions.older, projectId: project, actions: actions() });
  await walkTo(app.database, older[1] ?? '', 'done');
  await walkTo(app.database, newer[2] ?? '', 'done');
  await planActions(app, { tenantId: other.uuid, sessionId: sessions.older, actions: actions() });
});
afterAll(() => app.close());

const list = (query = '', { api } = tenant) => api.get<ListBody>(`/v1/actions${query === '' ? '' : `?${query}`}`);
const idsOf = async (query = '', who = tenant) => (await list(query, who)).body.data.map(({ id }) => id);
const ofSession = (uuid: string) => `session_id=${publicId('ses', uuid)}`;
const refused = { status: 400, body: { code: 'invalid_cursor' } };

async function walk(query: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  for (let page = 0; page < 20; page++) {
    const { body } = await list(`${query}&limit=${limit}${cursor}`);
    ids.push(...body.data.map(({ id }) => id));
    if (body.next_cursor === null) return ids;
    cursor = `&cursor=${body.next_cursor}`;
  }
  throw new Error('the list has no end');
}

describe('the list of actions', () => {
  it('goes by sessions, the oldest first, and by the order of their plans', async () => {
    expect(await idsOf()).toEqual([...older, ...newer]);
    expect((await list()).body.data.map(({ order }) => order)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  });

  it('can be of one session, one project, one status, or of several at once', async () => {
    expect(await idsOf(ofSession(sessions.newer))).toEqual(newer);
    expect(await idsOf(`project_id=${projectId}`)).toEqual(older);
    expect(await idsOf('status=done')).toEqual([older[1], newer[2]]);
    expect(await idsOf(`status=done&project_id=${projectId}`)).toEqual([older[1]]);
    expect(await idsOf(`status=todo&${ofSession(sessions.newer)}`)).toEqual(newer.toSpliced(2, 1));
    expect(await idsOf(`project_id=${projectId}&${ofSession(sessions.newer)}`)).toEqual([]);
  });

  it('is empty for what there is not, and for what is of another tenant', async () => {
    expect((await list(ofSession(randomUUID()))).body).toEqual({ data: [], next_cursor: null });
    expect(await idsOf(`project_id=${publicId('prj', randomUUID())}`)).toEqual([]);
    expect(await idsOf('status=failed')).toEqual([]);
    expect(await idsOf(`project_id=${projectId}`, other)).toEqual([]);
    expect(await idsOf(ofSession(sessions.newer), other)).toEqual([]);
    expect(await idsOf('', other)).toHaveLength(5);
  });

  it.each(['', ofSession(sessions.older), 'status=todo'])(
    'with %p shows each row once, page by page',
    async (query) => {
      const all = await idsOf(query);
      for (const limit of [1, 2, 3, all.length]) expect(await walk(query, limit)).toEqual(all);
    },
  );

  it.each([
    ['session_id', 'junk'],
    ['session_id', ''],
    ['session_id', 'ses_'],
    ['session_id', `act_${'0'.repeat(26)}`],
    ['session_id', sessions.older],
    ['project_id', 'junk'],
    ['project_id', ''],
    ['project_id', `ses_${'0'.repeat(26)}`],
    ['status', 'finished'],
    ['status', 'DONE'],
    ['status', ''],
    ['limit', '0'],
  ])('refuses a %s of %p', async (name, value) => {
    expect(await list(`${name}=${value}`)).toMatchObject({
      status: 422,
      body: { code: 'validation_error', errors: [{ pointer: `/${name}` }] },
    });
  });

  it('names both ids that are none', async () => {
    const { body } = await tenant.api.get('/v1/actions?session_id=x&project_id=y');
    expect(body).toMatchObject({ errors: [{ pointer: '/session_id' }, { pointer: '/project_id' }] });
  });

  it('refuses a filter that is given twice', async () => {
    expect((await list('status=done&status=todo')).status).toBe(422);
    expect((await list(`${ofSession(sessions.older)}&${ofSession(sessions.newer)}`)).status).toBe(422);
  });
});

describe('a cursor', () => {
  const queries = () => ['', ofSession(sessions.older), `project_id=${projectId}`, 'status=todo'];

  it('is good with its own filters, whatever the limit, and with no others', async () => {
    for (const made of queries()) {
      const { next_cursor: cursor } = (await list(`${made}&limit=1`)).body;
      for (const used of queries()) {
        const answer = await list(`${used}&limit=3&cursor=${cursor}`);
        if (used === made) expect(answer.body.data).toHaveLength(3);
        else expect(answer).toMatchObject(refused);
      }
    }
  });

  it('of another list is refused, and this one by others', async () => {
    await tenant.api.post('/v1/projects', { name: 'another' });
    const { body: projects } = await tenant.api.get<{ next_cursor: string }>('/v1/projects?limit=1');
    expect(await list(`cursor=${projects.next_cursor}`)).toMatchObject(refused);
    const { next_cursor: cursor } = (await list('limit=1')).body;
    expect(await tenant.api.get(`/v1/projects?cursor=${cursor}`)).toMatchObject(refused);
  });

  it('that somebody has written is refused', async () => {
    const { next_cursor: cursor } = (await list('limit=1')).body;
    const [digest] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as [string];
    const [session, id] = [sessions.older, randomUUID()];
    const places: unknown[][] = [
      [],
      [session],
      [session, 1],
      [session, 1, id, 1],
      ['no uuid', 1, id],
      [session, 1, 'no uuid'],
      [session, '1', id],
      [session, 1.5, id],
      [session, -1, id],
      [session, 2 ** 31, id],
      [session, 1e300, id],
      [session, null, id],
      [session.toUpperCase().replaceAll('0', 'A'), 1, id],
    ];
    const written = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const place of places)
      expect({ place, ...(await list(`cursor=${written(digest, ...place)}`)) }).toMatchObject(refused);
    for (const position of [0, 2 ** 31 - 1])
      expect((await list(`cursor=${written(digest, session, position, id)}`)).status).toBe(200);
  });

  it('goes on behind its row, also when that no longer fits the filter', async () => {
    const sessionId = newUuid();
    const actions = plannedChain(3);
    const ids = await planActions(app, { tenantId: tenant.uuid, sessionId, actions });
    const query = `${ofSession(sessionId)}&status=todo&limit=1`;
    const { next_cursor: cursor } = (await list(query)).body;
    await tenant.api.patch(`/v1/actions/${ids[0]}`, { status: 'cancelled' });
    expect(await idsOf(`${query}&cursor=${cursor}`)).toEqual([ids[1]]);
  });
});
