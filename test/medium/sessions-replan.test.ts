import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newUuid, publicId, uuidOf } from '../../src/database/id.js';
import { ACTION_STATUSES, type ActionStatus } from '../../src/features/actions/action-status.js';
import type { ReplannedDto } from '../../src/features/sessions/dto/session.dto.js';
import { plannedAction, planActions, walkTo, type ActionBody } from '../support/actions.js';
import { expectRefused, expectRefusedAt } from '../support/refusal.js';
import { SessionDesk } from '../support/session-desk.js';
import { allSessions, readSession, uuidOfSession } from '../support/sessions.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

const REPLANNABLE: readonly ActionStatus[] = ['blocked', 'failed', 'abandoned'];

let desk: SessionDesk;
let tenant: TestTenant;
beforeAll(async () => void (desk = await SessionDesk.open()));
beforeEach(async () => void (tenant = await makeTenant(desk.app.api)));
afterAll(async () => {
  const alarms = desk.app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  await desk.close();
  expect(alarms).toEqual([]);
});

/** An action of the tenant that stands there, in a project when there is one. */
async function action(status: ActionStatus, { project, title }: { project?: string; title?: string } = {}) {
  const [id = ''] = await planActions(desk.app, {
    tenantId: tenant.uuid,
    projectId: project === undefined ? null : (uuidOf('prj', project) ?? null),
    actions: [plannedAction(1, title === undefined ? {} : { title })],
  });
  await walkTo(desk.app.database, id, status);
  return id;
}
const replan = (id: string, body: object = {}) => tenant.api.post<ReplannedDto>(`/v1/actions/${id}/replan`, body);
const read = async (id: string) => (await tenant.api.get<ActionBody>(`/v1/actions/${id}`)).body;
const makeProject = async () => (await tenant.api.post<{ id: string }>('/v1/projects', { name: 'Bakery' })).body.id;
const stored = async (id: string) => {
  const [row] = await desk.app.database.query<{ action_id: string; context: string }>(
    'SELECT action_id, context FROM sessions WHERE id = $1',
    [uuidOfSession(id)],
  );
  return row;
};

describe('a replan', () => {
  test.each(REPLANNABLE)('of an action that is %s makes a session, and links the two', async (status) => {
    const project = await makeProject();
    const id = await action(status, { project, title: 'Rent the station' });
    const answer = await replan(id, { additional_context: 'The owner is away.' });
    const { session_id } = answer.body;
    expect(answer).toMatchObject({
      status: 201,
      headers: { location: `/v1/sessions/${session_id}` },
      body: { session_id: expect.stringMatching(/^ses_/), action_id: id, is_existing: false },
    });
    expect(await read(id)).toMatchObject({ status: 'replanned', replan_session_id: session_id, project_id: project });
    const session = await readSession(tenant.api, session_id);
    expect(session).toMatchObject({ status: 'queued', project_id: project, attempt: 1 });
    expect(session.goal).toContain('Rent the station');
    expect(session.goal).toContain(status);
    expect(await stored(session_id)).toEqual({
      action_id: uuidOf('act', id),
      context: expect.stringContaining('The owner is away.'),
    });
  });

  test('that is asked for again is answered with the session of the first time', async () => {
    const id = await action('failed');
    const { session_id } = (await replan(id)).body;
    for (const body of [{}, { additional_context: 'Something new.' }])
      expect(await replan(id, body)).toMatchObject({
        status: 200,
        body: { session_id, action_id: id, is_existing: true },
      });
    expect(await allSessions(tenant.api)).toHaveLength(1);
  });

  test('that many ask for at the same time has one winner', async () => {
    const id = await action('blocked');
    const answers = await Promise.all(Array.from({ length: 12 }, () => replan(id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(11);
    expect(new Set(answers.map(({ body }) => body.session_id)).size).toBe(1);
    for (const { status, body } of answers) expect(body.is_existing).toBe(status === 200);
    expect(await allSessions(tenant.api)).toHaveLength(1);
  });

  test.each(ACTION_STATUSES.filter((status) => status !== 'replanned' && !REPLANNABLE.includes(status)))(
    'of an action that is %s is refused, and leaves it as it is',
    async (status) => {
      const id = await action(status);
      const before = await read(id);
      const { detail } = expectRefused(await replan(id), 'invalid_transition');
      for (const allowed of REPLANNABLE) expect(detail).toContain(allowed);
      expect(await read(id)).toEqual(before);
      expect(await allSessions(tenant.api)).toEqual([]);
    },
  );

  test('of what is not there, or another tenant’s, is not found', async () => {
    const id = await action('blocked');
    const other = await makeTenant(desk.app.api);
    expectRefused(await other.api.post(`/v1/actions/${id}/replan`, {}), 'not_found');
    expect(await allSessions(other.api)).toEqual([]);
    expect(await read(id)).toMatchObject({ status: 'blocked', replan_session_id: null });
    for (const none of [publicId('act', newUuid()), publicId('ses', newUuid()), 'x'])
      expectRefused(await replan(none), 'not_found');
  });

  test('takes 5,000 characters of context, and nothing else', async () => {
    for (const additional_context of ['', '😀'.repeat(5_000)])
      expect((await replan(await action('blocked'), { additional_context })).status).toBe(201);
    const id = await action('blocked');
    for (const additional_context of ['😀'.repeat(5_001), null, 7])
      expectRefusedAt(await replan(id, { additional_context }), '/additional_context');
    expectRefusedAt(await replan(id, { goal: 'x' }), '/goal');
    expect(await read(id)).toMatchObject({ status: 'blocked', replan_session_id: null });
  });

  test('of the longest action makes a goal that is no longer than any', async () => {
    const id = await action('blocked');
    await tenant.api.patch(`/v1/actions/${id}`, { title: '😀'.repeat(280), detail: '😀'.repeat(5_000) });
    const { goal } = await readSession(tenant.api, (await replan(id)).body.session_id);
    expect([...goal].length).toBeGreaterThan(5_280);
    expect([...goal].length).toBeLessThanOrEqual(10_000);
  });
});

describe('a replan that fails', () => {
  test('for want of quota leaves action and sessions untouched', async () => {
    const id = await action('abandoned');
    const before = await read(id);
    await tenant.api.put('/v1/quotas/session', { limit: 0 });
    expectRefused(await replan(id), 'quota_exceeded');
    expect(await read(id)).toEqual(before);
    expect(await allSessions(tenant.api)).toEqual([]);
    await tenant.api.put('/v1/quotas/session', { limit: 1 });
    expect((await replan(id)).status).toBe(201);
    // An answer that exists already needs no unit.
    expect((await replan(id)).status).toBe(200);
  });
});
