import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ChargesService } from '../../src/features/usage/index.js';
import { AppError } from '../../src/reliability/errors/app-error.js';
import { ChargeDesk, outcomesOf } from '../support/charge-desk.js';
import { composeTestApp } from '../support/composed-app.js';
import { until } from '../support/until.js';

let desk: ChargeDesk;

beforeAll(async () => {
  desk = await ChargeDesk.open();
});
beforeEach(() => desk.welcome());
afterAll(() => desk.close());

describe('a hundred calls at once with ten units left', () => {
  it('are let through ten times, however often it is tried', async () => {
    await desk.limit(30);
    await desk.tenant.api.post('/v1/usage/reconcile', { install_id: 'device-01', feature: 'chat', local_count: 20 });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let running = 0;
    const held = async () => {
      running += 1;
      await gate;
      return { result: 'done', chargeable: true };
    };
    const calls = Array.from({ length: 100 }, () => desk.charge(held));
    const first = outcomesOf(calls);
    let refused = 0;
    for (const call of calls) call.catch(() => (refused += 1));
    await until(() => refused === 90);
    expect(running).toBe(10);
    expect(await desk.reserved()).toBe(10);
    for (let again = 0; again < 5; again++)
      expect(await outcomesOf(Array.from({ length: 20 }, () => desk.charge(held)))).toEqual(
        Array(20).fill('quota_exceeded'),
      );
    open();
    const outcomes = await first;
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(10);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'quota_exceeded']));
    expect(running).toBe(10);
    expect(await desk.counted()).toEqual([
      { install_id: 'device-01', period: '2026-11-01', count: 20 },
      { install_id: 'server', period: '2026-11-01', count: 10 },
    ]);
    expect(await desk.reserved()).toBe(0);
    expect(await outcomesOf([desk.charge()])).toEqual(['quota_exceeded']);
  });
});

describe('calls through two instances with ten units left', () => {
  it('are let through ten times between them, and again when those have failed', async () => {
    await desk.limit(10);
    const other = await composeTestApp({ clock: desk.clock, database: desk.app.database });
    const both = [desk.usage, other.app.get(ChargesService, { strict: false })];
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
        const instance = both[index % 2] ?? desk.usage;
        return instance.charge({ principal: desk.principal, feature: 'chat', installId: undefined }, held);
      });
      for (const call of calls) call.catch(() => (refused += 1));
      await until(() => running + refused >= 60);
      expect({ running, refused }).toEqual({ running: 10, refused: 50 });
      end();
      await Promise.allSettled(calls);
    }
    expect([await desk.reserved(), await desk.counted()]).toEqual([0, []]);
    await other.close();
  });
});

describe('a call that comes while another one takes the last unit', () => {
  it('waits for that one to be done, and does not take the same unit', async () => {
    await desk.limit(1);
    await desk.tenant.api.post('/v1/usage/reconcile', { install_id: 'device-01', feature: 'chat', local_count: 0 });
    const first = new Client(desk.app.database.url);
    await first.connect();
    await first.query('BEGIN');
    await first.query('SELECT FROM usage_totals WHERE tenant_id = $1 FOR NO KEY UPDATE', [desk.tenant.uuid]);
    await first.query(
      `INSERT INTO usage_reservations VALUES ($1, 'chat', '2026-11-01', gen_random_uuid(), now() + interval '1 minute')`,
      [desk.tenant.uuid],
    );
    const second = outcomesOf([desk.charge()]);
    let settled = false;
    void second.then(() => (settled = true));
    const waiting = () =>
      desk.app.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
    await until(async () => settled || (await waiting()).length > 0);
    await first.query('COMMIT');
    expect(await second).toEqual(['quota_exceeded']);
    await first.end();
  });
});
