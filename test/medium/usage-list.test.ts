import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

interface UsageBody {
  period: string;
  data: { feature: string; count: number; limit: number | null; remaining: number | null; installs: number }[];
  next_cursor: string | null;
}

let app: ComposedApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await composeTestApp({ clock: new ManualClock({ epochMs: Date.UTC(2026, 10, 15) }) });
});
beforeEach(async () => void (tenant = await makeTenant(app.api)));
afterAll(() => app.close());

const list = async (query = '') => (await tenant.api.get<UsageBody>(`/v1/usage${query}`)).body;
const use = (feature: string, local_count: number, more: object = {}) =>
  tenant.api.post('/v1/usage/reconcile', { install_id: 'device-01', feature, local_count, ...more });

describe('the usage of a month', () => {
  it('is empty at first', async () => {
    expect(await list()).toEqual({ period: '2026-11', data: [], next_cursor: null });
  });

  it('tells of each feature the sum, the limit, what is left and how many installs', async () => {
    await use('chat', 30);
    await use('chat', 12, { install_id: 'device-02' });
    await use('home-made', 5);
    await tenant.api.put('/v1/quotas/chat', { limit: 40 });
    await tenant.api.put('/v1/quotas/session', { limit: 9 });
    expect((await list()).data).toEqual([
      { feature: 'chat', count: 42, limit: 40, remaining: 0, installs: 2 },
      { feature: 'home-made', count: 5, limit: null, remaining: null, installs: 1 },
      { feature: 'session', count: 0, limit: 9, remaining: 9, installs: 0 },
    ]);
  });

  it('is that month alone: a quota that was used up last month is whole again', async () => {
    await tenant.api.put('/v1/quotas/chat', { limit: 10 });
    await use('chat', 10, { since: '2026-10-31T23:59:59Z' });
    await use('only-then', 3, { since: '2026-10-01T00:00:00Z' });
    expect(await list('?period=2026-11')).toMatchObject({
      data: [{ feature: 'chat', count: 0, limit: 10, remaining: 10, installs: 0 }],
    });
    expect(await list('?period=2026-10')).toMatchObject({
      period: '2026-10',
      data: [
        { feature: 'chat', count: 10, remaining: 0, installs: 1 },
        { feature: 'only-then', count: 3, installs: 1 },
      ],
    });
    expect((await list('?period=2099-12')).data).toEqual([
      { feature: 'chat', count: 0, limit: 10, remaining: 10, installs: 0 },
    ]);
  });

  it.each(['2026', '2026-13', '2026-00', '2026-1', '26-11', '1999-12', '2026-11-01', 'now', '', '2026-11%00'])(
    'cannot be asked for as %p',
    async (period) => {
      expect((await tenant.api.get(`/v1/usage?period=${period}`)).status).toBe(422);
    },
  );

  it('comes in pages', async () => {
    const features = ['a', 'B', 'ä', 'chat', '😀', 'z z', '%'];
    await tenant.api.post('/v1/usage/reconcile/batch', {
      items: features.map((feature, index) => ({ install_id: 'device-01', feature, local_count: index })),
    });
    const whole = (await list('?limit=200')).data;
    expect(whole.map(({ feature }) => feature).toSorted()).toEqual(features.toSorted());
    const walked: unknown[] = [];
    let cursor: string | null = null;
    do {
      const page: UsageBody = await list(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      walked.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(walked).toEqual(whole);
  });

  it('takes no cursor of another month, of another list, or written by somebody', async () => {
    await use('a', 1);
    await use('b', 1);
    const cursor = (await list('?limit=1')).next_cursor ?? '';
    const [digest] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string];
    const written = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    await tenant.api.post('/v1/members', { email: 'a@example.org', role: 'member' });
    await tenant.api.post('/v1/members', { email: 'b@example.org', role: 'member' });
    const { body: members } = await tenant.api.get<UsageBody>('/v1/members?limit=1');
    for (const query of [
      `period=2026-10&cursor=${cursor}`,
      `cursor=${members.next_cursor}`,
      `cursor=${written(digest, 7)}`,
      `cursor=${written(digest, 'a\0')}`,
      `cursor=${written(digest, '\ud800')}`,
      'cursor=junk',
    ])
      expect({ query, ...(await tenant.api.get(`/v1/usage?${query}`)) }).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor' },
      });
    expect(await list(`?period=2026-11&cursor=${cursor}`)).toMatchObject({ data: [{ feature: 'b' }] });
  });
});
