import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ControlAction, SessionStatus } from '../../src/features/sessions/session-status.js';
import type { ActionListDto } from '../../src/features/actions/dto/actions.dto.js';
import type { ReplannedDto } from '../../src/features/sessions/dto/session.dto.js';
import type { ReconciledDto, UsageListDto } from '../../src/features/usage/dto/usage.dto.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { chainEnv } from '../support/chain-app.js';
import { councilAnswers } from '../support/council-answers.js';
import { badRequest, contentFilter, FakeProvider, ok, slow, type Behaviour } from '../support/fake-provider/index.js';
import { expectRefused } from '../support/refusal.js';
import { allSessions, createSession, madeSession, readEvents, readSession, untilStatus } from '../support/sessions.js';
import { makeClientToken, makeTenant, type TestTenant } from '../support/tenants.js';

/** Until the test changes its mind. */
const NEVER_MS = 600_000;
const SMALL = { council: { seats: 2, max_rounds: 1 } };

let provider: FakeProvider;
let app: TestApp;
let tenant: TestTenant;
beforeAll(async () => {
  provider = await FakeProvider.start({ answer: councilAnswers() });
  app = await startTestApp(chainEnv({ a: provider }));
});
beforeEach(async () => {
  tenant = await makeTenant(app.api);
  provider.clear().always(slow(NEVER_MS));
});
afterEach(async () => {
  // What is left would go on in the background of the next test.
  for (const { id } of await allSessions(tenant.api)) await control(id, 'cancel');
});
afterAll(async () => {
  await app.close();
  await provider.stop();
});

const limit = (count: number | null) => tenant.api.put('/v1/quotas/session', { limit: count });
const create = (body: object = {}) => createSession(tenant.api, { ...SMALL, ...body });
const control = (id: string, action: ControlAction) => tenant.api.post(`/v1/sessions/${id}/${action}`, undefined);
const expectExhausted = (answer: Awaited<ReturnType<typeof create>> | Awaited<ReturnType<typeof control>>) =>
  expect(expectRefused(answer, 'quota_exceeded').detail).not.toBe('');

/** What is counted, and what is held. */
async function units(): Promise<{ counted: number; held: number }> {
  const { body } = await tenant.api.get<UsageListDto>('/v1/usage');
  const [row] = await app.database.query<{ held: number }>(
    `SELECT count(*)::int AS held FROM usage_reservations WHERE tenant_id = $1 AND feature = 'session'`,
    [tenant.uuid],
  );
  return { counted: body.data.find(({ feature }) => feature === 'session')?.count ?? 0, held: row?.held ?? 0 };
}

async function settled(id: string, status: SessionStatus): Promise<void> {
  await untilStatus(tenant.api, id, status);
}

describe('a unit of the quota', () => {
  test('is held from the start and counted when the session completes', async () => {
    await limit(1);
    const { id } = (await create()).body;
    expect(await units()).toEqual({ counted: 0, held: 1 });
    expectExhausted(await create());
    await settled(id, 'running');
    expect(await units()).toEqual({ counted: 0, held: 1 });
    await control(id, 'cancel');
    await settled(id, 'cancelled');
    provider.always(ok());
    await settled((await create()).body.id, 'completed');
    expect(await units()).toEqual({ counted: 1, held: 0 });
    expectExhausted(await create());
  });

  test('comes back with a cancel, before a worker has the session and after', async () => {
    await limit(1);
    const running = (await create()).body.id;
    await settled(running, 'running');
    await control(running, 'cancel');
    await settled(running, 'cancelled');
    expect(await units()).toEqual({ counted: 0, held: 0 });
    const started = (await create({ start: false })).body.id;
    await control(started, 'start');
    await control(started, 'cancel');
    await settled(started, 'cancelled');
    expect(await units()).toEqual({ counted: 0, held: 0 });
  });

  test('comes back with a failure, and a retry holds another one', async () => {
    await limit(1);
    provider.always(badRequest());
    const { id } = (await create()).body;
    await settled(id, 'failed');
    expect(await readSession(tenant.api, id)).toMatchObject({
      recoverable: true,
      failure: { code: 'providers_failed' },
    });
    expect(await units()).toEqual({ counted: 0, held: 0 });
    provider.always(slow(NEVER_MS));
    expect((await control(id, 'retry')).status).toBe(202);
    expect(await units()).toEqual({ counted: 0, held: 1 });
  });

  test('is given back when the provider refuses the content', async () => {
    await limit(1);
    provider.always(contentFilter());
    const { id } = (await create()).body;
    await settled(id, 'failed');
    expect(await readSession(tenant.api, id)).toMatchObject({
      recoverable: false,
      failure: { code: 'content_filtered' },
    });
    expect(await units()).toEqual({ counted: 0, held: 0 });
    expectRefused(await control(id, 'retry'), 'gone');
  });

  test('is kept by a session that is paused', async () => {
    await limit(1);
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const waiting: Behaviour = {
      name: 'waiting',
      play: async (exchange) => {
        asked.resolve();
        await told.promise;
        await ok().play(exchange);
      },
    };
    provider.always(ok()).next(waiting);
    const { id } = (await create()).body;
    await asked.promise;
    expect((await control(id, 'pause')).status).toBe(202);
    // Its worker hears of it when it renews its leases.
    await settled(id, 'running');
    told.resolve();
    await settled(id, 'paused');
    expect(await units()).toEqual({ counted: 0, held: 1 });
    await control(id, 'resume');
    await settled(id, 'completed');
    expect(await units()).toEqual({ counted: 1, held: 0 });
  });

  test('is none for a session that waits to be started', async () => {
    await limit(1);
    const waiting = (await create({ start: false })).body.id;
    expect(await units()).toEqual({ counted: 0, held: 0 });
    await create();
    expectExhausted(await control(waiting, 'start'));
    expect(await readSession(tenant.api, waiting)).toMatchObject({ status: 'created', last_sequence: 0 });
    await limit(2);
    expect((await control(waiting, 'start')).status).toBe(202);
    expect(await units()).toEqual({ counted: 0, held: 2 });
  });
});

describe('a session that a device has asked for with its token', () => {
  const DEVICE = 'device-of-the-token';
  let key: string;
  beforeEach(async () => void (key = await makeClientToken(tenant.api, DEVICE)));

  /** What the server has counted for the device, when that has itself counted so many. */
  async function reported(count: number): Promise<number> {
    const report = { feature: 'session', local_count: count };
    return (await tenant.api.post<ReconciledDto>('/v1/usage/reconcile', report, { key })).body.server_count;
  }

  test('counts for the device, and not once more when that reports it', async () => {
    provider.always(ok());
    const { id } = (await createSession(tenant.api, SMALL, { key })).body;
    await settled(id, 'completed');
    expect(await reported(0)).toBe(1);
    expect(await reported(1)).toBe(1);
    expect(await units()).toEqual({ counted: 1, held: 0 });
  });

  test('counts for it as well when somebody else has retried it, and so does one that replans', async () => {
    provider.always(badRequest());
    const { id } = (await createSession(tenant.api, SMALL, { key })).body;
    await settled(id, 'failed');
    expect(await reported(0)).toBe(0);
    provider.always(ok());
    await control(id, 'retry');
    await settled(id, 'completed');
    expect(await reported(0)).toBe(1);
    const [action] = (await tenant.api.get<ActionListDto>(`/v1/actions?session_id=${id}`)).body.data;
    await tenant.api.patch(`/v1/actions/${action?.id}`, { status: 'blocked' });
    const replanned = await tenant.api.post<ReplannedDto>(`/v1/actions/${action?.id}/replan`, {}, { key });
    await settled(replanned.body.session_id, 'completed');
    expect(await reported(0)).toBe(2);
    expect(await units()).toEqual({ counted: 2, held: 0 });
  });
});

describe('a quota that is used up', () => {
  test('leaves nothing behind of a session that was not to be', async () => {
    await limit(0);
    expectExhausted(await create());
    expectExhausted(await create({}));
    expect(await allSessions(tenant.api)).toEqual([]);
    expect(await units()).toEqual({ counted: 0, held: 0 });
    expect((await create({ start: false })).status).toBe(201);
  });

  test('leaves a failed session as it is', async () => {
    provider.always(badRequest());
    const { id } = (await create()).body;
    await settled(id, 'failed');
    const events = await readEvents(tenant.api, id);
    await limit(0);
    expectExhausted(await control(id, 'retry'));
    expect(await readSession(tenant.api, id)).toMatchObject({ status: 'failed', attempt: 1, recoverable: true });
    expect(await readEvents(tenant.api, id)).toEqual(events);
  });

  test('lets 10 of 30 through that come at the same time when 10 are left', async () => {
    await limit(10);
    const answers = await Promise.all(Array.from({ length: 30 }, () => create()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectExhausted(answer);
    expect(await allSessions(tenant.api)).toHaveLength(10);
    expect(await units()).toEqual({ counted: 0, held: 10 });
  });

  test('is one of the tenant alone', async () => {
    await limit(0);
    const { api } = await makeTenant(app.api);
    const { id } = await madeSession(api);
    expect((await api.post(`/v1/sessions/${id}/cancel`, undefined)).status).toBe(202);
  });
});

/** A session that is paused; nobody answers any more when it goes on. */
async function paused(): Promise<string> {
  provider.always(slow(1_000));
  const { id } = (await create()).body;
  await settled(id, 'running');
  await control(id, 'pause');
  await settled(id, 'paused');
  provider.always(slow(NEVER_MS));
  return id;
}

/** Nobody has ended what the tenant holds, and its time is over. */
const runsOut = () =>
  app.database.query(`UPDATE usage_reservations SET expires_at = now() WHERE tenant_id = $1`, [tenant.uuid]);

describe('a quota that is set later', () => {
  test('counts what is under way: in line, running and paused, and neither what has ended nor what was never started', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await create()).body.id);
    await create({ start: false });
    const [ended = '', ...others] = ids;
    await settled(ended, 'running');
    await control(ended, 'cancel');
    await settled(ended, 'cancelled');
    await limit(3);
    expect(await units()).toEqual({ counted: 0, held: 2 });
    expect((await create()).status).toBe(201);
    expectExhausted(await create());
    for (const id of others) await control(id, 'cancel');
    for (const id of others) await settled(id, 'cancelled');
    expect(await units()).toEqual({ counted: 0, held: 1 });
  });

  test('and is smaller than that lets it go on, and counts it when it completes', async () => {
    provider.always(slow(1_000));
    const { id } = (await create()).body;
    await limit(0);
    expectExhausted(await create());
    await settled(id, 'completed');
    expect(await units()).toEqual({ counted: 1, held: 0 });
  });

  test('and is smaller than that lets one that is paused go on, with the unit that it holds', async () => {
    const id = await paused();
    await create();
    await limit(1);
    expect(await units()).toEqual({ counted: 0, held: 2 });
    expect((await control(id, 'resume')).status).toBe(202);
    expect(await units()).toEqual({ counted: 0, held: 2 });
  });

  test('is asked again for a unit that has run out during a pause', async () => {
    const id = await paused();
    await limit(0);
    await runsOut();
    expectExhausted(await control(id, 'resume'));
    await limit(1);
    await runsOut();
    expect((await control(id, 'resume')).status).toBe(202);
    expectExhausted(await create());
    expect(await units()).toEqual({ counted: 0, held: 1 });
  });

  test('takes one unit for each, however often it is set', async () => {
    await limit(5);
    await create();
    await limit(null);
    await create();
    for (const count of [4, 3, 2]) await limit(count);
    expect(await units()).toEqual({ counted: 0, held: 2 });
    expectExhausted(await create());
  });

  test('at the moment in which sessions end leaves no unit held', async () => {
    provider.always(slow(20));
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await create()).body.id));
    const over = new AbortController();
    const setting = (async () => {
      for (let count = 100; !over.signal.aborted; count += 1) {
        await limit(null);
        await limit(count);
      }
    })();
    for (const id of ids) await settled(id, 'completed');
    over.abort();
    await setting;
    expect(await units()).toEqual({ counted: 8, held: 0 });
  });

  test('at the moment in which sessions begin counts every one of them', async () => {
    for (let round = 1; round <= 10; round += 1) {
      await limit(null);
      const waiting = await Promise.all(
        Array.from({ length: 3 }, async () => (await create({ start: false })).body.id),
      );
      const begin = [...waiting.map((id) => () => control(id, 'start')), create, create, create];
      const [half, rest] = [begin.slice(1, 4), [...begin.slice(0, 1), ...begin.slice(4)]];
      await Promise.all([...half, () => limit(1_000), ...rest].map((one) => one()));
      expect(await units()).toEqual({ counted: 0, held: round * begin.length });
    }
  });

  test('is one of that tenant', async () => {
    const { id } = (await create()).body;
    const other = await makeTenant(app.api);
    await other.api.put('/v1/quotas/session', { limit: 1 });
    expect(await units()).toEqual({ counted: 0, held: 0 });
    await control(id, 'cancel');
  });
});
