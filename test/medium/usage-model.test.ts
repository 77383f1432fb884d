import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChargesService } from '../../src/features/usage/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { composeTestApp } from '../support/composed-app.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

interface Answer {
  server_count: number;
  effective_remaining: number | null;
}
interface Report {
  install_id: string;
  feature: string;
  local_count: number;
}

const QUOTA = 1_000;

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

/** Where the totals that are kept differ from the sums of the counters. */
const wrongTotals = () =>
  app.database.query(`
    SELECT * FROM (SELECT tenant_id, feature, period, sum(count) AS counted FROM usage_counters GROUP BY 1, 2, 3) c
      FULL JOIN usage_totals t USING (tenant_id, feature, period) WHERE coalesce(c.counted, 0) IS DISTINCT FROM t.total`);
const counters = ({ uuid }: TestTenant) =>
  app.database.query<Report>(
    `SELECT install_id, feature, count::int AS local_count FROM usage_counters WHERE tenant_id = $1 ORDER BY 1, 2`,
    [uuid],
  );

/** What the contract says: the highest report of each install and feature. */
function modelOf(reports: readonly Report[]): Map<string, number> {
  const model = new Map<string, number>();
  for (const { install_id, feature, local_count } of reports) {
    const key = `${install_id} ${feature}`;
    model.set(key, Math.max(local_count, model.get(key) ?? 0));
  }
  return model;
}

const reportOf = fc.record({
  install_id: fc.constantFrom('device-01', 'device-02', 'device-03'),
  feature: fc.constantFrom('chat', 'breakdown'),
  local_count: fc.oneof(fc.nat(20), fc.nat(2_000)),
});

async function send(tenant: TestTenant, reports: readonly Report[], size: number): Promise<Answer[]> {
  if (size === 1)
    return Promise.all(
      reports.map(async (one) => (await tenant.api.post<Answer & object>('/v1/usage/reconcile', one)).body),
    );
  const batches = [];
  for (let from = 0; from < reports.length; from += size)
    batches.push(
      tenant.api.post<{ items: Answer[] }>('/v1/usage/reconcile/batch', { items: reports.slice(from, from + size) }),
    );
  return (await Promise.all(batches)).flatMap(({ body }) => body.items);
}

describe('reconciles in any order, any number of times and any grouping', () => {
  it('end where the highest report of each counter says, and never answer less than they were sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(reportOf, { minLength: 1, maxLength: 40 }).chain((reports) =>
          fc.record({
            reports: fc.constant(reports),
            again: fc.shuffledSubarray([...reports, ...reports]),
            size: fc.constantFrom(1, 2, 7, 500),
          }),
        ),
        async ({ reports, again, size }) => {
          const tenant = await makeTenant(app.api);
          await tenant.api.put('/v1/quotas/chat', { limit: QUOTA });
          const sent = [...reports, ...again];
          const answers = await send(tenant, sent, size);
          answers.forEach(({ server_count }, index) =>
            expect(server_count).toBeGreaterThanOrEqual(sent[index]?.local_count ?? NaN),
          );
          const model = modelOf(reports);
          expect(modelOf(await counters(tenant))).toEqual(model);
          const used = [...model].reduce((sum, [key, count]) => sum + (key.endsWith('chat') ? count : 0), 0);
          const [left] = await send(tenant, [{ install_id: 'device-01', feature: 'chat', local_count: 0 }], 1);
          expect(left?.effective_remaining).toBe(Math.max(0, QUOTA - used));
        },
      ),
      { numRuns: 30 },
    );
    expect(await wrongTotals()).toEqual([]);
  });
});

describe('many writers of many counters at once', () => {
  it('neither deadlock nor lose a report, and keep the totals right', async () => {
    const tenants = await Promise.all(Array.from({ length: 4 }, () => makeTenant(app.api)));
    const reports = Array.from({ length: 400 }, (_, index) => ({
      install_id: `device-${index % 7}`,
      feature: ['chat', 'session', 'breakdown'][index % 3] ?? '',
      local_count: (index * 7_919) % 1_009,
    }));
    const answers = await Promise.all(
      tenants.flatMap((tenant, index) => [send(tenant, reports, 1), send(tenant, reports.toReversed(), 50 + index)]),
    );
    expect(answers.flat().every(({ server_count }) => Number.isInteger(server_count))).toBe(true);
    for (const tenant of tenants) expect(modelOf(await counters(tenant))).toEqual(modelOf(reports));
    expect(await wrongTotals()).toEqual([]);
  });
});

describe('two instances on one database', () => {
  it('keep one counter and one total between them, with calls being charged at the same time', async () => {
    const other = await composeTestApp({ database: app.database });
    const tenant = await makeTenant(app.api);
    const services = other.app.get(ChargesService, { strict: false });
    const principal = { tenantId: tenant.uuid, keyId: tenant.uuid, scope: 'member' } as const;
    const instances = [tenant.api, other.api.as(tenant.key)];
    await tenant.api.put('/v1/quotas/chat', { limit: 1_000_000 });
    for (let round = 0; round < 10; round++)
      await Promise.all([
        ...instances.flatMap((api, instance) =>
          Array.from({ length: 10 }, (_, index) =>
            api.post('/v1/usage/reconcile', {
              install_id: `device-${(index + instance) % 4}`,
              feature: 'chat',
              local_count: round * 100 + index * 10 + instance,
            }),
          ),
        ),
        ...Array.from({ length: 5 }, () =>
          services.charge({ principal, feature: 'chat', installId: 'device-1' }, () =>
            Promise.resolve({ result: undefined, chargeable: true }),
          ),
        ),
      ]);
    await other.close();
    expect(await wrongTotals()).toEqual([]);
  });
});

describe('what is left of a quota', () => {
  it('is what all installs together have not used, never below zero', async () => {
    const tenant = await makeTenant(app.api);
    await tenant.api.put('/v1/quotas/chat', { limit: 100 });
    const left = async (install_id: string, local_count: number) => {
      const [answer] = await send(tenant, [{ install_id, feature: 'chat', local_count }], 1);
      return answer?.effective_remaining;
    };
    expect(await left('device-01', 30)).toBe(70);
    expect(await left('device-02', 50)).toBe(20);
    expect(await left('device-01', 10)).toBe(20);
    expect(await left('device-03', 20)).toBe(0);
    expect(await left('device-03', 1_000_000_000)).toBe(0);
    await tenant.api.put('/v1/quotas/chat', { limit: null });
    expect(await left('device-01', 0)).toBeNull();
  });
});
