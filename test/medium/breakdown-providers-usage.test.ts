import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ChainApp, timedBreakdown } from '../support/chain-app.js';
import { badRequest, contentFilter, serverError, slow, truncatedByLength } from '../support/fake-provider/index.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

let chain: ChainApp;
let tenant: TestTenant;
beforeAll(async () => void (chain = await ChainApp.single()));
beforeEach(async () => {
  chain.a.clear();
  tenant = await makeTenant(chain.api);
});
afterAll(() => chain.close());

const ask = () => timedBreakdown(tenant.api);
const many = (count: number) => Promise.all(Array.from({ length: count }, ask));
const limitTo = (limit: number | null) => tenant.api.put('/v1/quotas/breakdown', { limit });

/** What `GET /v1/usage` says of breakdowns; undefined: nothing. */
async function usage(): Promise<{ count: number; remaining: number | null } | undefined> {
  const { body } = await tenant.api.get<{ data: { feature: string; count: number; remaining: number | null }[] }>(
    '/v1/usage',
  );
  const found = body.data.find(({ feature }) => feature === 'breakdown');
  return found && { count: found.count, remaining: found.remaining };
}

describe('of a hundred calls at once with ten left of the quota', () => {
  test('ten succeed, and the provider is called ten times', async () => {
    await limitTo(10);
    chain.a.always(slow(100));
    const answers = await many(100);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(new Set(answers.map(({ status, body }) => ('code' in body ? body.code : status)))).toEqual(
      new Set([200, 'quota_exceeded']),
    );
    expect(chain.a.count).toBe(10);
    expect(await usage()).toEqual({ count: 10, remaining: 0 });
    expect((await ask()).status).toBe(429);
    expect(chain.a.count).toBe(10);
  });

  test('none is charged when the provider fails, and ten succeed when it is back', async () => {
    await limitTo(10);
    chain.a.always(badRequest());
    const answers = await many(100);
    const degraded = answers.filter(({ body }) => body.degraded);
    expect(degraded.length).toBeGreaterThanOrEqual(10);
    expect(chain.a.count).toBe(degraded.length);
    expect(await usage()).toEqual({ count: 0, remaining: 10 });
    chain.a.clear();
    expect((await many(40)).filter(({ body }) => body.provider === 'a')).toHaveLength(10);
    expect(await usage()).toEqual({ count: 10, remaining: 0 });
  });
});

describe('a call', () => {
  test.each([
    ['is answered by the planner in place of a provider', 200, badRequest()],
    ['is answered by the planner after a cut answer', 200, truncatedByLength()],
    ['is refused for its content', 422, contentFilter('refusal')],
  ])('that %s is not charged', async (_name, status, behaviour) => {
    await limitTo(3);
    chain.a.always(behaviour);
    for (let turn = 0; turn < 5; turn++) expect((await ask()).status).toBe(status);
    expect(await usage()).toEqual({ count: 0, remaining: 3 });
  });

  test('that is answered at the second attempt is charged once', async () => {
    await limitTo(3);
    chain.a.next(serverError());
    expect((await ask()).body).toMatchObject({ provider: 'a', attempts: 2 });
    expect(await usage()).toEqual({ count: 1, remaining: 2 });
  });
});
