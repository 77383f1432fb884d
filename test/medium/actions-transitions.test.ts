import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { uuidOf } from '../../src/database/id.js';
import { ACTION_STATUSES, NEXT_STATUSES, type ActionStatus } from '../../src/features/actions/action-status.js';
import { plannedAction, planActions, setStatus, walkTo, type ActionBody } from '../support/actions.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

let app: ComposedApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await composeTestApp();
  tenant = await makeTenant(app.api);
});
afterAll(() => app.close());

const may = (from: ActionStatus, to: ActionStatus): boolean => {
  const next: readonly ActionStatus[] = NEXT_STATUSES[from];
  return next.includes(to);
};
const statusOf = async (id: string) => (await tenant.api.get<ActionBody>(`/v1/actions/${id}`)).body.status;
const set = (id: string, status: ActionStatus) => tenant.api.patch<ActionBody>(`/v1/actions/${id}`, { status });

/** New actions, one for each other status, that have come to a status. */
async function actionsAt(status: ActionStatus): Promise<{ id: string; to: ActionStatus }[]> {
  const actions = ACTION_STATUSES.map((_, at) => plannedAction(at + 1));
  const ids = await planActions(app, { tenantId: tenant.uuid, actions });
  for (const id of ids) await walkTo(app.database, id, status);
  return ACTION_STATUSES.map((to, at) => ({ to, id: ids[at] ?? '' }));
}

async function actionAt(status: ActionStatus): Promise<string> {
  const [id = ''] = await planActions(app, { tenantId: tenant.uuid });
  await walkTo(app.database, id, status);
  return id;
}

describe.each(ACTION_STATUSES)('an action that is %s', (from) => {
  it('can be set to what the table names, to nothing else, and to replanned by nobody', async () => {
    for (const { id, to } of await actionsAt(from)) {
      const { status, body } = await set(id, to);
      const taken = from === to || (to !== 'replanned' && may(from, to));
      expect({ to, status }).toEqual({ to, status: taken ? 200 : 409 });
      expect(body).toMatchObject(taken ? { id, status: to } : { code: 'invalid_transition', category: 'conflict' });
      expect(await statusOf(id)).toBe(taken ? to : from);
    }
  });

  it('can become the same by SQL, and replanned with a session', async () => {
    for (const { id, to } of await actionsAt(from)) {
      const step = setStatus(app.database, id, to);
      if (may(from, to) || (from === to && to !== 'replanned')) await step;
      else await expect(step).rejects.toMatchObject({ code: 'HF409' });
      expect(await statusOf(id)).toBe(may(from, to) ? to : from);
    }
  });
});

describe('a refusal', () => {
  it.each<[ActionStatus, ActionStatus, string]>([
    ['todo', 'done', 'From todo an action can only become in_progress, blocked, cancelled, abandoned.'],
    ['failed', 'replanned', 'From failed an action can only become replanned (by a replan).'],
    ['done', 'todo', 'An action that is done stays so.'],
  ])('of the step from %s to %s names those that are allowed', async (from, to, detail) => {
    expect((await set(await actionAt(from), to)).body).toMatchObject({ detail });
  });
});

describe('the database', () => {
  const sql = (text: string, id: string, ...more: unknown[]) => app.database.query(text, [uuidOf('act', id), ...more]);

  it('has no replanned action without a session, and no other one with it', async () => {
    const id = await actionAt('blocked');
    const broken = { code: '23514', constraint: 'actions_replan_check' };
    await expect(sql(`UPDATE actions SET status = 'replanned' WHERE id = $1`, id)).rejects.toMatchObject(broken);
    await expect(
      sql(`UPDATE actions SET status = 'failed', replan_session_id = gen_random_uuid() WHERE id = $1`, id),
    ).rejects.toMatchObject(broken);
  });

  it('keeps the session of a replanned action', async () => {
    const id = await actionAt('replanned');
    for (const session of [randomUUID(), null])
      await expect(sql(`UPDATE actions SET replan_session_id = $2 WHERE id = $1`, id, session)).rejects.toMatchObject({
        code: 'HF409',
      });
  });

  it('lets an action begin as todo only', async () => {
    const id = await actionAt('todo');
    const copy = (status: string) =>
      sql(
        `INSERT INTO actions (tenant_id, id, session_id, key, title, detail, status, position, depends_on,
                              estimate_minutes, owner_role, first_step, replan_session_id)
         SELECT tenant_id, gen_random_uuid(), gen_random_uuid(), key, title, detail, $2, position, depends_on,
                estimate_minutes, owner_role, first_step, CASE WHEN $2 = 'replanned' THEN gen_random_uuid() END
           FROM actions WHERE id = $1`,
        id,
        status,
      );
    for (const status of ACTION_STATUSES)
      if (status === 'todo') await copy(status);
      else await expect(copy(status)).rejects.toMatchObject({ code: 'HF409' });
  });
});

describe('steps at the same time', () => {
  it('from one status have one winner, where only one can be taken', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const id = await actionAt('in_review');
      const wanted = ['done', 'cancelled', 'failed'] as const;
      const answers = await Promise.all(wanted.map((status) => set(id, status)));
      expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409', '409']);
      const winner = answers.find(({ status }) => status === 200)?.body.status;
      expect(await statusOf(id)).toBe(winner);
    }
  });

  it('to the same status are all taken', async () => {
    const id = await actionAt('in_progress');
    const answers = await Promise.all(Array.from({ length: 10 }, () => set(id, 'done')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await statusOf(id)).toBe('done');
  });

  it('leave texts alone that another change sets', async () => {
    const id = await actionAt('todo');
    const path = `/v1/actions/${id}`;
    await Promise.all([
      tenant.api.patch(path, { title: 'new title' }),
      tenant.api.patch(path, { detail: 'new detail' }),
      tenant.api.patch(path, { status: 'blocked' }),
    ]);
    expect((await tenant.api.get(path)).body).toMatchObject({
      title: 'new title',
      detail: 'new detail',
      status: 'blocked',
    });
  });
});
