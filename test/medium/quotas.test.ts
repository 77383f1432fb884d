import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

let app: TestApp;
let tenant: TestTenant;

beforeAll(async () => void (app = await startTestApp()));
beforeEach(async () => void (tenant = await makeTenant(app.api)));
afterAll(() => app.close());

const set = (feature: string, limit: unknown) => tenant.api.put(`/v1/quotas/${feature}`, { limit });
const limits = async () => {
  const { body } = await tenant.api.get<{ data: { feature: string; limit: number | null }[] }>('/v1/quotas');
  return Object.fromEntries(body.data.map(({ feature, limit }) => [feature, limit]));
};
const remaining = async () => {
  const report = { install_id: 'device-01', feature: 'chat', local_count: 3 };
  const { body } = await tenant.api.post<{ effective_remaining: number | null }>('/v1/usage/reconcile', report);
  return body.effective_remaining;
};

describe('quotas', () => {
  it('are listed for every feature, unlimited at first', async () => {
    expect((await tenant.api.get('/v1/quotas')).body).toEqual({
      data: [
        { feature: 'breakdown', limit: null },
        { feature: 'chat', limit: null },
        { feature: 'session', limit: null },
      ],
      next_cursor: null,
    });
  });

  it('are listed a page at a time for who asks for fewer', async () => {
    const list = async (query: string) =>
      (await tenant.api.get<{ data: { feature: string }[]; next_cursor: string | null }>(`/v1/quotas${query}`)).body;
    const features: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.data).toHaveLength(1);
      features.push(...page.data.map(({ feature }) => feature));
      cursor = page.next_cursor;
    }
    expect(features).toEqual(['breakdown', 'chat', 'session']);
    const { next_cursor: ofTemplates } = (await tenant.api.get('/v1/templates?limit=1')).body;
    expect((await tenant.api.get(`/v1/quotas?cursor=${String(ofTemplates)}`)).status).toBe(400);
  });

  it.each(['breakdown', 'chat', 'session'])('of %s can be set, changed and lifted', async (feature) => {
    for (const limit of [0, 7, 1_000_000_000_000, null, 1]) {
      const answer = await set(feature, limit);
      expect(answer).toMatchObject({ status: 200, body: { feature, limit } });
      expect(await limits()).toMatchObject({ [feature]: limit });
    }
  });

  it.each([[-1], [1.5], ['7'], [true], [1_000_000_000_001], [1e300], [[]], [{}], [undefined]])(
    'cannot be %p',
    async (limit) => {
      expect((await set('chat', limit)).status).toBe(422);
      expect(await limits()).toMatchObject({ chat: null });
    },
  );

  it.each(['chats', 'Chat', 'constructor', '__proto__', 'chat%00', '%F0%9F%98%80', 'a'.repeat(400)])(
    'of %s do not exist',
    async (feature) => {
      const { status } = await set(feature, 1);
      expect(status).toBe(feature === 'chat%00' ? 422 : 404);
    },
  );

  it('are what is left to use from the next answer on', async () => {
    expect(await remaining()).toBeNull();
    await set('chat', 10);
    expect(await remaining()).toBe(7);
    await set('chat', 3);
    expect(await remaining()).toBe(0);
    await set('chat', 0);
    expect(await remaining()).toBe(0);
    await set('chat', null);
    expect(await remaining()).toBeNull();
  });

  it('of one tenant are none of another', async () => {
    await set('chat', 1);
    tenant = await makeTenant(app.api);
    expect(await limits()).toMatchObject({ chat: null });
  });

  it('set by many at once are one of those that were set', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, limit) => set('chat', limit)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(Object.values(await limits())).toContainEqual(expect.any(Number));
  });
});
