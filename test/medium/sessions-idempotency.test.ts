import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { expectRefused, expectRefusedAt } from '../support/refusal.js';
import { allSessions, createSession, GOAL } from '../support/sessions.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

const CROWD = 100;

let app: ComposedApp;
let tenant: TestTenant;
let key: string;
beforeAll(async () => void (app = await composeTestApp({ env: { HOLDFAST_ROLE: 'api' } })));
beforeEach(async () => {
  tenant = await makeTenant(app.api);
  key = randomUUID();
});
afterAll(() => app.close());

const create = (body: object = {}, headers: Record<string, string> = { 'idempotency-key': key }) =>
  createSession(tenant.api, body, { headers });
const sessions = () => allSessions(tenant.api);
const inLine = async () => {
  const [row] = await app.database.query<{ count: number }>(
    `SELECT count(*)::int FROM system.runs WHERE tenant_id = $1`,
    [tenant.uuid],
  );
  return row?.count;
};

describe('a creation that is sent again with its key', () => {
  test('makes no second session, and is answered as the first to the byte', async () => {
    const first = await create({ context: 'A “context”\n😀' });
    const again = await create({ context: 'A “context”\n😀' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect(again.headers['location']).toBe(`/v1/sessions/${first.body.id}`);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await sessions()).toEqual([first.body]);
    expect(await inLine()).toBe(1);
  });

  test('is answered as it was then, whatever has become of the session', async () => {
    const first = await create();
    await tenant.api.post(`/v1/sessions/${first.body.id}/cancel`, undefined);
    expect((await create()).text).toBe(first.text);
    expect(first.body.status).toBe('queued');
  });

  test.each([
    ['another goal', { goal: `${GOAL}!` }],
    ['another start', { start: false }],
    ['a council', { council: {} }],
  ])('is refused with %s', async (_what, body) => {
    const first = await create();
    expectRefused(await create(body), 'idempotency_mismatch');
    expect(await sessions()).toEqual([first.body]);
  });

  test('is another one in another tenant, and without a key', async () => {
    const other = await makeTenant(app.api);
    const ids = [
      (await create()).body.id,
      (await create({}, {})).body.id,
      (await createSession(other.api, {}, { headers: { 'idempotency-key': key } })).body.id,
    ];
    expect(new Set(ids).size).toBe(3);
    expect((await sessions()).map(({ id }) => id)).toEqual(ids.slice(0, 2).toReversed());
  });
});

describe('a creation that was refused', () => {
  test('leaves the key free: for want of quota', async () => {
    await tenant.api.put('/v1/quotas/session', { limit: 0 });
    expectRefused(await create(), 'quota_exceeded');
    await tenant.api.put('/v1/quotas/session', { limit: 1 });
    const made = await create();
    expect(made.status).toBe(201);
    expect(made.headers).not.toHaveProperty('idempotent-replayed');
    // The one unit is taken, and a replay needs none.
    expect((await create()).text).toBe(made.text);
    expect(await sessions()).toHaveLength(1);
  });

  test('leaves the key free: for a body that is not valid', async () => {
    expectRefusedAt(await create({ project_id: 'prj_x' }), '/project_id');
    expectRefusedAt(await create({ council: { seats: 2, quorum: 3 } }), '/council/quorum');
    expect((await create()).status).toBe(201);
    expect(await sessions()).toHaveLength(1);
  });
});

test('of 100 that come at once with one key one session comes', async () => {
  const answers = await Promise.all(Array.from({ length: CROWD }, () => create()));
  for (const { status } of answers) expect(status).toBe(201);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
  expect(await sessions()).toHaveLength(1);
  expect(await inLine()).toBe(1);
});

test('of 100 that come at once to two processes with one key one session comes, of the last unit', async () => {
  await tenant.api.put('/v1/quotas/session', { limit: 1 });
  const other = await composeTestApp({ env: { HOLDFAST_ROLE: 'api' }, database: app.database });
  try {
    const there = other.api.as(tenant.key);
    const headers = { 'idempotency-key': key };
    const answers = await Promise.all(
      Array.from({ length: CROWD }, (_, at) => createSession(at % 2 ? there : tenant.api, {}, { headers })),
    );
    for (const { status } of answers) expect(status).toBe(201);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await sessions()).toHaveLength(1);
  } finally {
    await other.close();
  }
});
