import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

const NOW = Date.UTC(2026, 10, 30, 23, 58);

let app: ComposedApp;
let tenant: TestTenant;

beforeAll(async () => void (app = await composeTestApp({ clock: new ManualClock({ epochMs: NOW }) })));
beforeEach(async () => void (tenant = await makeTenant(app.api)));
afterAll(() => app.close());

const REPORT = { install_id: 'device-01', feature: 'chat', local_count: 5 };
const reconcile = (body: object) => tenant.api.post('/v1/usage/reconcile', { ...REPORT, ...body });
const batch = (items: unknown) => tenant.api.post<{ items: object[] }>('/v1/usage/reconcile/batch', { items });
const stored = () =>
  app.database.query(
    `SELECT install_id, feature, period::text, count::int FROM usage_counters WHERE tenant_id = $1 ORDER BY 1, 2, 3`,
    [tenant.uuid],
  );

describe('one report', () => {
  it.each([
    ['an install of 8', { install_id: '12345678' }],
    ['an install of 128 characters outside the basic plane', { install_id: '😀'.repeat(128) }],
    ['a feature of 1', { feature: '😀' }],
    ['a feature of 64', { feature: '😀'.repeat(64) }],
    ['a feature that nobody has heard of', { feature: 'x.y/z "quoted" \\ %' }],
    ['a count of 0', { local_count: 0 }],
    ['a count of 10⁹', { local_count: 1_000_000_000 }],
  ])('with %s is taken and stored as it is', async (_what, body) => {
    const { status, body: answer } = await reconcile(body);
    const report = { ...REPORT, ...body };
    expect(status).toBe(200);
    expect(answer).toEqual({
      server_count: report.local_count,
      effective_remaining: null,
      reconciled_at: new Date(NOW).toISOString(),
    });
    expect(await stored()).toEqual([
      { install_id: report.install_id, feature: report.feature, period: '2026-11-01', count: report.local_count },
    ]);
  });

  it.each([
    ['an install of 7', { install_id: '😀'.repeat(7) }, '/install_id'],
    ['an install of 129', { install_id: '😀'.repeat(129) }, '/install_id'],
    ['an empty feature', { feature: '' }, '/feature'],
    ['a feature of 65', { feature: '😀'.repeat(65) }, '/feature'],
    ['a feature with a NUL', { feature: 'a\0b' }, '/feature'],
    ['a feature with half a character', { feature: 'a\ud800' }, '/feature'],
    ['a count below 0', { local_count: -1 }, '/local_count'],
    ['a count over 10⁹', { local_count: 1_000_000_001 }, '/local_count'],
    ['half a count', { local_count: 0.5 }, '/local_count'],
    ['a count as text', { local_count: '5' }, '/local_count'],
    ['a count of null', { local_count: null }, '/local_count'],
    ['an enormous count', { local_count: 1e300 }, '/local_count'],
    ['no count', { local_count: undefined }, '/local_count'],
    ['an instant as a number', { since: NOW }, '/since'],
    ['a day for an instant', { since: '2026-11-30' }, '/since'],
    ['a field of the answer', { server_count: 9 }, '/server_count'],
  ])('with %s is refused and leaves nothing', async (_what, body, pointer) => {
    const { status, body: problem } = await reconcile(body);
    expect({ status, problem }).toMatchObject({ status: 422, problem: { errors: [{ pointer }] } });
    expect(await stored()).toEqual([]);
  });
});

describe('the instant of a report', () => {
  it.each([
    ['now', '2026-11-30T23:58:00Z', '2026-11-01'],
    ['5 minutes ahead, in the next month', '2026-12-01T00:03:00Z', '2026-12-01'],
    ['the first moment of the month', '2026-11-01T00:00:00Z', '2026-11-01'],
    ['the moment before', '2026-10-31T23:59:59.999Z', '2026-10-01'],
    ['a moment of another month in its own zone', '2026-12-01T08:00:00+09:00', '2026-11-01'],
    ['a leap day', '2026-02-28T23:59:59Z', '2026-02-01'],
    ['just under 13 months ago', '2025-10-30T23:58:00.001Z', '2025-10-01'],
  ])('%s (%s) counts in %s', async (_what, since, period) => {
    expect((await reconcile({ since })).status).toBe(200);
    expect(await stored()).toMatchObject([{ period }]);
  });

  it.each([
    ['more than 5 minutes ahead', '2026-12-01T00:03:00.001Z'],
    ['13 months ago', '2025-10-30T23:58:00Z'],
    ['long ago', '0001-01-01T00:00:00Z'],
    ['far ahead', '9999-12-31T23:59:59Z'],
    ['on a day that is none', '2026-02-29T00:00:00Z'],
  ])('%s (%s) is refused', async (_what, since) => {
    const one = await reconcile({ since });
    expect(one).toMatchObject({ status: 422, body: { code: 'validation_error', errors: [{ pointer: '/since' }] } });
    const many = await batch([REPORT, { ...REPORT, since }]);
    expect(many).toMatchObject({ status: 422, body: { errors: [{ pointer: '/items/1/since' }] } });
    expect(await stored()).toEqual([]);
  });
});

describe('a batch', () => {
  const items = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, index) => ({
      ...REPORT,
      install_id: `device-${index}`,
      local_count: index,
      ...more,
    }));

  it('has 1 to 500 items', async () => {
    expect((await batch(items(1))).status).toBe(200);
    expect((await batch(items(500))).body.items).toHaveLength(500);
    expect((await batch(items(501))).status).toBe(422);
    expect((await batch([])).status).toBe(422);
    for (const none of [null, {}, 'items', [null], [[]], ['item'], undefined])
      expect((await batch(none)).status).toBe(422);
  });

  it('of 500 items has room for the longest ones', async () => {
    const longest = Array.from({ length: 500 }, (_, index) => ({
      install_id: '😀'.repeat(124) + String(index).padStart(4, '0'),
      feature: '😀'.repeat(64),
      local_count: 1_000_000_000,
      since: '2026-11-30T23:58:00.123456789+00:00',
    }));
    expect((await batch(longest)).status).toBe(200);
  });

  it('answers in its own order, and of an install that is named twice says the same twice', async () => {
    await reconcile({ install_id: 'device-03', local_count: 50 });
    const counts = [9, 1, 7, 50, 3];
    const { body } = await batch([
      ...counts.map((local_count, index) => ({ ...REPORT, install_id: `device-0${index}`, local_count })),
      { ...REPORT, install_id: 'device-00', local_count: 4 },
      { ...REPORT, install_id: 'device-01', local_count: 12 },
      { ...REPORT, install_id: 'device-01', local_count: 12, feature: 'other' },
    ]);
    expect(body.items.map((item) => (item as { server_count: number }).server_count)).toEqual([
      9, 12, 7, 50, 3, 9, 12, 12,
    ]);
  });

  it('with one bad item leaves nothing of the good ones', async () => {
    const { status, body } = await batch([...items(3), { ...REPORT, local_count: -1 }]);
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ pointer: '/items/3/local_count' }] } });
    expect(await stored()).toEqual([]);
  });

  it('spreads over months and features, and tells what is left of each', async () => {
    await tenant.api.put('/v1/quotas/chat', { limit: 10 });
    const { body } = await batch([
      { ...REPORT, local_count: 4 },
      { ...REPORT, local_count: 3, install_id: 'device-02' },
      { ...REPORT, local_count: 8, since: '2026-10-01T00:00:00Z' },
      { ...REPORT, local_count: 9, feature: 'session' },
    ]);
    expect(body.items).toMatchObject([
      { effective_remaining: 3 },
      { effective_remaining: 3 },
      { effective_remaining: 2 },
      { effective_remaining: null },
    ]);
  });
});
