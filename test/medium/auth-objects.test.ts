import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plannedAction, planActions, walkTo } from '../support/actions.js';
import type { Answer } from '../support/client.js';
import type { ComposedApp } from '../support/composed-app.js';
import { SessionDesk, type Stand } from '../support/session-desk.js';
import { madeSession } from '../support/sessions.js';
import { makeKey, makeTenant, type TestTenant } from '../support/tenants.js';

/** A route that names an object of a tenant. */
interface ObjectRoute {
  make: (owner: TestTenant) => Promise<string>;
  /** Where it is seen whether it is still as it was. */
  listed: string;
  /** What the owner sends, and is answered. */
  body?: object;
  status: number;
}

const ACTION = {
  make: async ({ uuid }: TestTenant) => (await planActions(app, { tenantId: uuid }))[0] ?? '',
  listed: '/v1/actions',
  status: 200,
};

const sessionAt = (stand: Stand, status: number): ObjectRoute => ({
  make: ({ api }) => desk.at(stand, api),
  listed: '/v1/sessions',
  status,
});

const OBJECTS: Readonly<Record<string, ObjectRoute>> = {
  'DELETE /v1/api-keys/:id': {
    make: async ({ api }) => (await makeKey(api)).id,
    listed: '/v1/api-keys',
    status: 204,
  },
  'DELETE /v1/members/:id': {
    make: async ({ api }) => {
      const { body } = await api.post<{ id: string }>('/v1/members', { email: 'a@example.org', role: 'member' });
      return body.id;
    },
    listed: '/v1/members',
    status: 204,
  },
  'GET /v1/actions/:id': ACTION,
  'PATCH /v1/actions/:id': { ...ACTION, body: { status: 'in_progress' } },
  'POST /v1/actions/:id/replan': {
    ...ACTION,
    make: async (owner) => {
      const id = await ACTION.make(owner);
      await walkTo(app.database, id, 'blocked');
      return id;
    },
    body: {},
    status: 201,
  },
  'GET /v1/sessions/:id': sessionAt('running', 200),
  'GET /v1/sessions/:id/events': sessionAt('paused', 200),
  // There is one, and it has no result yet.
  'GET /v1/sessions/:id/result': sessionAt('queued', 409),
  // A stream that goes on would not be answered; this one has an end.
  'GET /v1/sessions/:id/stream': sessionAt('completed', 200),
  'POST /v1/sessions/:id/start': sessionAt('created', 202),
  'POST /v1/sessions/:id/pause': sessionAt('running', 202),
  'POST /v1/sessions/:id/resume': sessionAt('paused', 202),
  'POST /v1/sessions/:id/cancel': sessionAt('queued', 202),
  'POST /v1/sessions/:id/retry': sessionAt('failed', 202),
};

let desk: SessionDesk;
let app: ComposedApp;
let ours: TestTenant;
let theirs: TestTenant;

beforeAll(async () => {
  desk = await SessionDesk.open();
  ({ app } = desk);
  ours = await makeTenant(app.api);
  theirs = await makeTenant(app.api);
});
afterAll(() => desk.close());

const split = (route: string) => route.split(' ') as [string, string];
const served = () => new Set(app.routes.map(({ method, path }) => `${method} ${path}`));

const anonymousProblem = (answer: Answer) => {
  const { request_id, instance, ...same } = answer.body;
  expect([typeof request_id, typeof instance]).toEqual(['string', 'string']);
  return same;
};

it('lists how an object of another tenant is made, for every route that names one', () => {
  const naming = [...served()].filter((route) => /:id/.test(route));
  expect(Object.keys(OBJECTS).toSorted()).toEqual(naming.toSorted());
});

describe.each(Object.entries(OBJECTS))(
  '%s with an object of another tenant',
  (route, { make, listed, status, body }) => {
    const sent = body ? { body } : {};

    it('answers as if it were not there, and leaves it as it is', async () => {
      const [method, path] = split(route);
      const foreign = await make(theirs);
      const before = await theirs.api.get(listed);
      const known = await ours.api.call(method, path.replace(':id', foreign), sent);
      const never = await ours.api.call(method, path.replace(':id', `${foreign.slice(0, -1)}0`), sent);
      expect(known.status).toBe(404);
      expect(anonymousProblem(known)).toEqual(anonymousProblem(never));
      expect((await theirs.api.get(listed)).body).toEqual(before.body);
    });

    it('lets its own tenant do it', async () => {
      const [method, path] = split(route);
      const own = await make(ours);
      expect((await ours.api.call(method, path.replace(':id', own), sent)).status).toBe(status);
    });
  },
);

/** A seat that has been voted for. */
const votedIn = ({ uuid }: TestTenant, persona: string) =>
  app.database.query(
    `INSERT INTO session_seats VALUES ($1, gen_random_uuid(), 'seat-1', $2, 'model', 1, 4, true) ON CONFLICT DO NOTHING`,
    [uuid, persona],
  );

describe('what a tenant reads', () => {
  it.each([
    '/v1/api-keys',
    '/v1/members',
    '/v1/usage',
    '/v1/quotas',
    '/v1/projects',
    '/v1/actions',
    '/v1/sessions',
    '/v1/league',
  ])('%s shows nothing of another', async (path) => {
    const secret = 'only-of-theirs';
    await makeKey(theirs.api, ['member']);
    await theirs.api.post('/v1/members', { email: `${secret}@example.org`, role: 'admin' });
    await theirs.api.post('/v1/usage/reconcile', { install_id: 'device-01', feature: secret, local_count: 7 });
    await theirs.api.put('/v1/quotas/session', { limit: 4_711 });
    await theirs.api.post('/v1/projects', { name: secret });
    await planActions(app, { tenantId: theirs.uuid, actions: [plannedAction(1, { title: secret })] });
    await madeSession(theirs.api, { goal: `${secret}, and nobody else's` });
    await votedIn(theirs, secret);
    const { status, text } = await ours.api.get(path);
    expect(status).toBe(200);
    expect(text).not.toMatch(/only-of-theirs|4711/);
  });
});
