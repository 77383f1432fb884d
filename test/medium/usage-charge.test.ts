import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChargesService } from '../../src/features/usage/index.js';
import { runInContext, type Principal } from '../../src/reliability/context/request-context.js';
import { Deadline } from '../../src/reliability/deadline/deadline.js';
import { AppError } from '../../src/reliability/errors/app-error.js';
import { systemClock } from '../../src/reliability/ports.js';
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
const charge = (
  call: () => Promise<{ result: string; chargeable: boolean; delivered?: boolean }> = done,
  installId?: string,
) => usage.charge({ principal, feature: 'chat', installId }, call);
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

describe('a call that is charged', () => {
  it('adds one to its install, or to the server when none is named', async () => {
    expect(await charge(done, 'device-01')).toBe('done');
    await charge(done, 'device-01');
    await charge();
    expect(await counted()).toEqual([
      { install_id: 'device-01', period: '2026-11-01', count: 2 },
      { install_id: 'server', period: '2026-11-01', count: 1 },
    ]);
  });

  it('counts in the month in which it began', async () => {
    await charge(async () => {
      await clock.advance(20 * 3_600_000);
      return done();
    });
    await clock.advance(-20 * 3_600_000);
    expect(await counted()).toEqual([{ install_id: 'server', period: '2026-11-01', count: 1 }]);
  });

  it('counts for the device that its token was made for, and for no other', async () => {
    principal = { ...principal, installId: 'device-07' };
    await charge();
    await charge(done, 'device-07');
    await expect(charge(done, 'device-08')).rejects.toMatchObject({ code: 'install_id_mismatch' });
    expect(await counted()).toEqual([{ install_id: 'device-07', period: '2026-11-01', count: 2 }]);
  });

  it('is seen by the device at its next reconcile', async () => {
    await limit(10);
    await charge(done, 'device-01');
    const { body } = await tenant.api.post('/v1/usage/reconcile', {
      install_id: 'device-01',
      feature: 'chat',
      local_count: 0,
    });
    expect(body).toMatchObject({ server_count: 1, effective_remaining: 9 });
  });
});

describe('a unit comes back', () => {
  beforeEach(() => limit(1));

  it('when the call fails, and the failure is what is heard', async () => {
    const failure = new AppError('provider_timeout');
    await expect(charge(() => Promise.reject(failure))).rejects.toBe(failure);
    await expect(
      charge(() => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect([await reserved(), await counted()]).toEqual([0, []]);
    expect(await charge()).toBe('done');
  });

  it('when the call is not to be charged', async () => {
    expect(await charge(() => Promise.resolve({ result: 'degraded', chargeable: false }))).toBe('degraded');
    expect([await reserved(), await counted()]).toEqual([0, []]);
    expect(await charge()).toBe('done');
  });

  it('when the client has gone in the middle', async () => {
    const deadline = Deadline.never(systemClock);
    const context = { requestId: 'r', trace: { traceId: '0', spanId: '0', sampled: false }, deadline, principal };
    const gone = new Error('gone');
    await expect(
      runInContext(context, () =>
        charge(() => {
          deadline.cancel(gone);
          return Promise.reject(gone);
        }),
      ),
    ).rejects.toBe(gone);
    expect(await reserved()).toBe(0);
    expect(await charge()).toBe('done');
  });

  it('but not where all of it was handed over before: that is counted', async () => {
    const deadline = Deadline.never(systemClock);
    const context = { requestId: 'r', trace: { traceId: '0', spanId: '0', sampled: false }, deadline, principal };
    const answered = runInContext(context, () =>
      charge(() => {
        deadline.cancel(new Error('gone'));
        return Promise.resolve({ result: 'heard', chargeable: true, delivered: true });
      }),
    );
    expect(await answered).toBe('heard');
    expect([await reserved(), await counted()]).toMatchObject([0, [{ install_id: 'server', count: 1 }]]);
  });

  it('by itself, when its holder died between reserving and settling', async () => {
    void charge(() => new Promise(() => {})).catch(() => {});
    await until(async () => (await reserved()) === 1);
    expect(await outcomesOf([charge()])).toEqual(['quota_exceeded']);
    await app.database.query(`UPDATE usage_reservations SET expires_at = now() WHERE tenant_id = $1`, [tenant.uuid]);
    expect(await charge()).toBe('done');
    expect([await reserved(), await counted()]).toEqual([
      0,
      [{ install_id: 'server', period: '2026-11-01', count: 1 }],
    ]);
  });
});

describe('a reservation', () => {
  it('outlasts the deadline of its call by 30 s, and no more', async () => {
    await limit(5);
    const lasts = async () => {
      const [row] = await app.database.query<{ seconds: number }>(
        `SELECT extract(epoch FROM max(expires_at) - now())::float AS seconds FROM usage_reservations WHERE tenant_id = $1`,
        [tenant.uuid],
      );
      return row?.seconds;
    };
    const deadline = Deadline.after(systemClock, 45_000);
    const context = { requestId: 'r', trace: { traceId: '0', spanId: '0', sampled: false }, deadline, principal };
    let seconds: number | undefined;
    await runInContext(context, () =>
      charge(async () => {
        seconds = await lasts();
        return done();
      }),
    );
    deadline.release();
    expect(seconds).toBeGreaterThan(73);
    expect(seconds).toBeLessThan(76);
  });

  it('is not needed without a limit', async () => {
    await charge(async () => {
      expect(await reserved()).toBe(0);
      return done();
    });
  });

  it('is never had of a quota of 0, and tells when the next month begins', async () => {
    await limit(0);
    await expect(charge()).rejects.toMatchObject({ code: 'quota_exceeded', retryAfterMs: 12 * 3_600_000 });
    expect(await counted()).toEqual([]);
  });

  it('of a month that has ended meanwhile is no reason to wait for the end of the next one', async () => {
    await limit(2_000);
    // What was asked in the same millisecond may be from before the limit.
    await clock.advance(1);
    const discreet = (call = done) =>
      usage.charge({ principal, feature: 'chat', installId: undefined, discreet: true }, call);
    await discreet();
    const overMidnight = discreet(async () => {
      await limit(0);
      await clock.advance(12 * 3_600_000);
      return done();
    });
    await expect(overMidnight).rejects.toMatchObject({ code: 'quota_exceeded', retryAfterMs: 1_000 });
    expect(await counted()).toMatchObject([{ period: '2026-11-01', count: 1 }]);
  });
});
