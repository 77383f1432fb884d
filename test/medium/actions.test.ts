import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, publicId } from '../../src/database/id.js';
import { planActions, plannedChain, type ActionBody } from '../support/actions.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

let app: ComposedApp;
let tenant: TestTenant;
let other: TestTenant;
let id: string;

beforeAll(async () => {
  app = await composeTestApp();
  [tenant, other] = [await makeTenant(app.api), await makeTenant(app.api)];
});
beforeEach(async () => {
  [id = ''] = await planActions(app, { tenantId: tenant.uuid });
});
afterAll(() => app.close());

const get = (which = id, { api } = tenant) => api.get<ActionBody>(`/v1/actions/${which}`);
const patch = (body: unknown, which = id, { api } = tenant) => api.patch<ActionBody>(`/v1/actions/${which}`, body);

describe('an action', () => {
  it('is shown as it was planned', async () => {
    const sessionId = newUuid();
    const project = await tenant.api.post<{ id: string }>('/v1/projects', { name: 'a project' });
    const [{ project_id: projectId } = { project_id: null }] = await app.database.query<{ project_id: string }>(
      `SELECT id AS project_id FROM projects WHERE tenant_id = $1`,
      [tenant.uuid],
    );
    const actions = plannedChain(2).map((action) => (action.position === 2 ? { ...action, detail: '' } : action));
    const [first, second] = await planActions(app, { tenantId: tenant.uuid, sessionId, projectId, actions });
    const shown = {
      session_id: publicId('ses', sessionId),
      project_id: project.body.id,
      status: 'todo',
      owner_role: 'gardener',
      first_step: 'Look at it',
      replan_session_id: null,
    };
    expect((await get(first)).body).toEqual({
      ...shown,
      id: first,
      title: 'Step 1',
      detail: 'What step 1 is about',
      order: 1,
      depends_on: [],
      estimate_minutes: 10,
    });
    expect((await get(second)).body).toEqual({
      ...shown,
      id: second,
      title: 'Step 2',
      detail: '',
      order: 2,
      depends_on: [first],
      estimate_minutes: 20,
    });
  });

  it('can be given other texts, alone or together, and keeps the rest', async () => {
    const { body: before } = await get();
    expect((await patch({ title: 'Dig' })).body).toEqual({ ...before, title: 'Dig' });
    expect((await patch({ detail: '' })).body).toEqual({ ...before, title: 'Dig', detail: '' });
    const { status, body } = await patch({ title: 'Säen 🌱', detail: 'two rows', status: 'in_progress' });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, title: 'Säen 🌱', detail: 'two rows', status: 'in_progress' });
    expect((await get()).body).toEqual(body);
  });

  it.each([
    ['a title of one character', { title: 'a' }, 200],
    ['the longest title', { title: '🌍'.repeat(280) }, 200],
    ['a title of one more', { title: '🌍'.repeat(281) }, 422],
    ['an empty title', { title: '' }, 422],
    ['a title of null', { title: null }, 422],
    ['a title that is a number', { title: 7 }, 422],
    ['the longest detail', { detail: '🌍'.repeat(5_000) }, 200],
    ['a detail of one more', { detail: '🌍'.repeat(5_001) }, 422],
    ['a detail of null', { detail: null }, 422],
    ['a status of null', { status: null }, 422],
    ['a status that there is not', { status: 'finished' }, 422],
    ['a status in capitals', { status: 'DONE' }, 422],
    ['another order', { order: 3 }, 422],
    ['another session', { session_id: 'ses_1' }, 422],
    ['a session of a replan', { replan_session_id: 'ses_1' }, 422],
  ])('with %s', async (_what, body, status) => {
    const answer = await patch(body);
    expect(answer.status).toBe(status);
    if (status === 422)
      expect(answer.body).toMatchObject({
        code: 'validation_error',
        errors: [{ pointer: `/${Object.keys(body)[0]}` }],
      });
  });

  it('is not changed by nothing', async () => {
    expect(await patch({})).toMatchObject({
      status: 422,
      body: { code: 'validation_error', errors: [{ pointer: '' }] },
    });
    expect(await patch([])).toMatchObject({ status: 422, body: { code: 'validation_error' } });
    expect(await tenant.api.call('PATCH', `/v1/actions/${id}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_json' },
    });
  });

  it('keeps its texts when its status may not change', async () => {
    const { body: before } = await get();
    expect((await patch({ title: 'Lost', detail: 'Lost', status: 'done' })).status).toBe(409);
    expect((await get()).body).toEqual(before);
  });
});

describe('an id', () => {
  it.each(['act_', 'junk', 'act_l', `act_${'0'.repeat(26)}`, `act_${'0'.repeat(400)}`, '%F0%9F%98%80'])(
    'is not found as %s',
    async (which) => {
      expect(await get(which)).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(await patch({ title: 'x' }, which)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );

  it('is not found with another prefix, in capitals, or without one', async () => {
    const [, rest = ''] = id.split('_');
    for (const which of [`ses_${rest}`, `prj_${rest}`, `ACT_${rest}`, id.toUpperCase(), rest, `${id}0`])
      expect((await get(which)).status).toBe(404);
  });

  it('of one tenant is not found by another, which changes nothing', async () => {
    const { body: before } = await get();
    expect((await get(id, other)).status).toBe(404);
    expect((await patch({ title: 'mine now', status: 'cancelled' }, id, other)).status).toBe(404);
    expect((await patch({ status: 'done' }, id, other)).status).toBe(404);
    expect((await get()).body).toEqual(before);
  });
});
