import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ChargesService } from '../../src/features/usage/index.js';
import type { Principal } from '../../src/reliability/context/request-context.js';
import { AppError } from '../../src/reliability/errors/app-error.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

const NOW = Date.UTC(2026, 10, 30, 12);

let app: ComposedApp;
let clock: ManualClock;
let usage: ChargesService;
let tenant: TestTenant;
let principal: Principal;

beforeAll(async () => {
  clock = new ManualClock({ epochMs: NOW });
  app = await composeTestApp({ clock });
  usage = app.app.get(ChargesService, { strict: false });
});
beforeEach(async () => {
  tenant = await makeTenant(app.api);
  principal = { tenantId: tenant.uuid, keyId: randomUUID(), scope: 'member' };
});
afterAll(() => app.close());

const done = () => Promise.resolve({ result: 'done', chargeable: true });
const charge = (call: () => Promise<{ result: string; chargeable: boolean }> = done, installId?: string) =>
  usage.charge({ principal, feature: 'chat', installId }, call);
const limit = (count: number | null) => tenant.api.put('/v1/quotas/chat', { limit: count });
const counted = () =>
  app.database.query(
    `SELECT install_id, period::text, count::int FROM usage_counters WHERE tenant_id = $1 ORDER BY 1`,
    [tenant.uuid],
  );
const reserved = async () => {
  const [row] = await app.database.query<{ count: number }>(
    `SELECT count(*)::int FROM usage_reservations WHERE tenant_id = $1`,
    [tenant.uuid],
  );
  return row?.count;
};
const outcomesOf = async (calls: Promise<unknown>[]) => {
  const settled = await Promise.allSettled(calls);
  return settled.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as AppError).code));
};

describe('a hundred calls at once with ten units left', () => {
  it('are let through ten times, however often it is tried', async () => {
    await limit(30);
    await tenant.api.post('/v1/usage/reconcile', { install_id: 'device-01', feature: 'chat', local_count: 20 });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let running = 0;
    const held = async () => {
      running += 1;
      await gate;
      return { result: 'done', chargeable: true };
    };
    const calls = Array.from({ length: 100 }, () => charge(held));
    const first = outcomesOf(calls);
    let refused = 0;
    for (const call of calls) call.catch(() => (refused += 1));
    await until(() => refused === 90);
    expect(running).toBe(10);
    expect(await reserved()).toBe(10);
    for (let again = 0; again < 5; again++)
      expect(await outcomesOf(Array.from({ length: 20 }, () => charge(held)))).toEqual(
        Array(20).fill('quota_exceeded'),
      );
    open();
    const outcomes = await first;
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(10);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'quota_exceeded']));
    expect(running).toBe(10);
    expect(await counted()).toEqual([
      { install_id: 'device-01', period: '2026-11-01', count: 20 },
      { install_id: 'server', period: '2026-11-01', count: 10 },
    ]);
    expect(await reserved()).toBe(0);
    expect(await outcomesOf([charge()])).toEqual(['quota_exceeded']);
  });
});

describe('calls through two instances with ten units left', () => {
  it('are let through ten times between them, and again when those have failed', async () => {
    await limit(10);
    const other = await composeTestApp({ clock, database: app.database });
    const both = [usage, other.app.get(ChargesService, { strict: false })];
    for (let round = 0; round < 5; round++) {
      let end: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (end = resolve));
      let [running, refused] = [0, 0];
      const held = async () => {
        running += 1;
        await gate;
        throw new AppError('provider_timeout');
      };
      const calls = Array.from({ length: 60 }, (_, index) => {
        const instance = both[index % 2] ?? usage;
        return instance.charge({ principal, feature: 'chat', installId: undefined }, held);
      });
      for (const call of calls) call.catch(() => (refused += 1));
      await until(() => running + refused >= 60);
      expect({ running, refused }).toEqual({ running: 10, refused: 50 });
      end();
      await Promise.allSettled(calls);
    }
    expect([await reserved(), await counted()]).toEqual([0, []]);
    await other.close();
  });
});

describe('a call that comes while another one takes the last unit', () => {
  it('waits for that one to be done, and does not take the same unit', async () => {
    await limit(1);
    await tenant.api.post('/v1/usage/reconcile', { install_id: 'device-01', feature: 'chat', local_count: 0 });
    const first = new Client(app.database.url);
    await first.connect();
    await first.query('BEGIN');
    await first.query('SELECT FROM usage_totals WHERE tenant_id = $1 FOR NO KEY UPDATE', [tenant.uuid]);
    await first.query(
      `INSERT INTO usage_reservations VALUES ($1, 'chat', '2026-11-01', gen_random_uuid(), now() + interval '1 minute')`,
      [tenant.uuid],
    );
    const second = outcomesOf([charge()]);
    let settled = false;
    void second.then(() => (settled = true));
    const waiting = () =>
      app.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
    await until(async () => settled || (await waiting()).length > 0);
    await first.query('COMMIT');
    expect(await second).toEqual(['quota_exceeded']);
    await first.end();
  });
});
