import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { newUuid, publicId, uuidOf } from '../../src/database/id.js';
import { TenantTransaction } from '../../src/database/tenant-transaction.js';
import type { ActionStatus } from '../../src/features/actions/action-status.js';
import { ActionsService } from '../../src/features/actions/index.js';
import type { PlannedRow } from '../../src/journal/session-write.js';
import { plannedAction, planActions, plannedChain, walkTo, type ActionBody } from '../support/actions.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

let app: ComposedApp;
let actions: ActionsService;
let tenant: TestTenant;
let sessionId: string;

beforeAll(async () => {
  app = await composeTestApp();
  actions = app.app.get(ActionsService, { strict: false });
});
beforeEach(async () => {
  tenant = await makeTenant(app.api);
  sessionId = newUuid();
});
afterAll(() => app.close());

const inTenant = <T>(work: (manager: EntityManager) => Promise<T>, tenantId = tenant.uuid) =>
  app.app.get(TenantTransaction).run(work, { tenantId });
/** Each time the same, under other ids. */
const three = () => plannedChain(3);
const plan = (actionsOf: readonly PlannedRow[] = three()) =>
  planActions(app, { tenantId: tenant.uuid, sessionId, actions: actionsOf });
const planned = async () => {
  const { body } = await tenant.api.get<{ data: ActionBody[] }>(`/v1/actions?session_id=${publicId('ses', sessionId)}`);
  return body.data;
};

describe('a plan', () => {
  it('becomes actions with its ids, which come back in the order of the plan', async () => {
    const chain = three();
    const [third, second, first] = await plan(chain.toReversed());
    expect([first, second, third]).toEqual(chain.map(({ id }) => publicId('act', id)));
    expect((await planned()).map(({ id, order, depends_on }) => ({ id, order, depends_on }))).toEqual([
      { id: first, order: 1, depends_on: [] },
      { id: second, order: 2, depends_on: [first] },
      { id: third, order: 3, depends_on: [second] },
    ]);
  });

  it('that is written again is refused, whole', async () => {
    const ids = await plan();
    await tenant.api.patch(`/v1/actions/${ids[0]}`, { status: 'in_progress', title: 'My own words' });
    const before = await planned();
    await expect(plan(plannedChain(4))).rejects.toMatchObject({ code: '23505' });
    expect(await planned()).toEqual(before);
  });

  it('of one session is none of another, nor of another tenant', async () => {
    const ids = await plan();
    sessionId = newUuid();
    const others = await plan();
    expect(new Set([...ids, ...others]).size).toBe(6);
    tenant = await makeTenant(app.api);
    expect(await planned()).toEqual([]);
    expect(new Set([...others, ...(await plan())]).size).toBe(6);
  });

  it('may be empty', async () => {
    expect(await plan([])).toEqual([]);
  });

  it('is refused when it names two actions alike', async () => {
    await expect(plan([plannedAction(1), plannedAction(1)])).rejects.toMatchObject({ code: '23505' });
    expect(await planned()).toEqual([]);
  });

  it('is written by nobody but the log', async () => {
    const values = [tenant.uuid, sessionId, JSON.stringify(three())];
    const alone = inTenant((manager) => manager.query('SELECT actions_plan($1, $2, $3)', values));
    await expect(alone).rejects.toMatchObject({ sqlState: '42501' });
  });
});

describe('replanning', () => {
  const replan = (id: string, session: string, who = tenant) =>
    inTenant(async (manager) => {
      const action = await actions.forReplan(manager, id);
      if (action.replanSessionId !== null) return { session: action.replanSessionId, existing: true };
      await actions.replanned(manager, action, session);
      return { session, existing: false };
    }, who.uuid);

  async function actionAt(status: ActionStatus): Promise<string> {
    const [id = ''] = await planActions(app, { tenantId: tenant.uuid });
    await walkTo(app.database, id, status);
    return id;
  }

  it.each(['blocked', 'failed', 'abandoned'] as const)(
    'links one that is %s to the new session, once',
    async (status) => {
      const id = await actionAt(status);
      const [session, later] = [newUuid(), newUuid()];
      expect(await replan(id, session)).toEqual({ session, existing: false });
      expect(await replan(id, later)).toEqual({ session, existing: true });
      const { body } = await tenant.api.get(`/v1/actions/${id}`);
      expect(body).toMatchObject({ status: 'replanned', replan_session_id: publicId('ses', session) });
    },
  );

  it.each(['todo', 'in_progress', 'in_review', 'done', 'cancelled'] as const)(
    'refuses one that is %s',
    async (status) => {
      const id = await actionAt(status);
      await expect(replan(id, newUuid())).rejects.toMatchObject({
        code: 'invalid_transition',
        detail: `An action can be replanned from blocked, failed, abandoned; this one is ${status}.`,
      });
      expect((await tenant.api.get(`/v1/actions/${id}`)).body).toMatchObject({ status, replan_session_id: null });
    },
  );

  it('tells what the new session has to know', async () => {
    const id = await actionAt('failed');
    expect(await inTenant((manager) => actions.forReplan(manager, id))).toMatchObject({
      tenantId: tenant.uuid,
      id: uuidOf('act', id),
      status: 'failed',
      projectId: null,
      replanSessionId: null,
      title: 'Step 1',
      detail: 'What step 1 is about',
      ownerRole: 'gardener',
      firstStep: 'Look at it',
    });
  });

  it('finds none of another tenant, and none that there is not', async () => {
    const id = await actionAt('blocked');
    const other = await makeTenant(app.api);
    for (const [which, who] of [
      [id, other] as const,
      [publicId('act', newUuid()), tenant] as const,
      ['junk', tenant] as const,
    ])
      await expect(replan(which, newUuid(), who)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('by many at once makes one session, which all of them get', async () => {
    const id = await actionAt('abandoned');
    const answers = await Promise.all(Array.from({ length: 8 }, () => replan(id, newUuid())));
    expect(new Set(answers.map(({ session }) => session)).size).toBe(1);
    expect(answers.filter(({ existing }) => !existing)).toHaveLength(1);
  });

  it('and a step at the same time have one winner', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const id = await actionAt('blocked');
      const [replanned, step] = await Promise.allSettled([
        replan(id, newUuid()),
        tenant.api.patch(`/v1/actions/${id}`, { status: 'cancelled' }),
      ]);
      const { body } = await tenant.api.get<ActionBody>(`/v1/actions/${id}`);
      const winner = replanned.status === 'fulfilled' ? 'replanned' : 'cancelled';
      expect(body.status).toBe(winner);
      expect(step).toMatchObject({ value: { status: winner === 'replanned' ? 409 : 200 } });
    }
  });

  it('leaves the action as it was when the session cannot be made', async () => {
    const id = await actionAt('blocked');
    const lost = inTenant(async (manager) => {
      await actions.replanned(manager, await actions.forReplan(manager, id), newUuid());
      throw new Error('no session');
    });
    await expect(lost).rejects.toMatchObject({ code: 'internal_error' });
    expect((await tenant.api.get(`/v1/actions/${id}`)).body).toMatchObject({
      status: 'blocked',
      replan_session_id: null,
    });
  });
});
