import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runInContext } from '../../src/reliability/context/request-context.js';
import { Deadline } from '../../src/reliability/deadline/deadline.js';
import { AppError } from '../../src/reliability/errors/app-error.js';
import { systemClock } from '../../src/reliability/ports.js';
import { ChargeDesk, done, outcomesOf } from '../support/charge-desk.js';
import { until } from '../support/until.js';

let desk: ChargeDesk;

beforeAll(async () => {
  desk = await ChargeDesk.open();
});
beforeEach(() => desk.welcome());
afterAll(() => desk.close());

describe('a call that is charged', () => {
  it('adds one to its install, or to the server when none is named', async () => {
    expect(await desk.charge(done, 'device-01')).toBe('done');
    await desk.charge(done, 'device-01');
    await desk.charge();
    expect(await desk.counted()).toEqual([
      { install_id: 'device-01', period: '2026-11-01', count: 2 },
      { install_id: 'server', period: '2026-11-01', count: 1 },
    ]);
  });

  it('counts in the month in which it began', async () => {
    await desk.charge(async () => {
      await desk.clock.advance(20 * 3_600_000);
      return done();
    });
    await desk.clock.advance(-20 * 3_600_000);
    expect(await desk.counted()).toEqual([{ install_id: 'server', period: '2026-11-01', count: 1 }]);
  });

  it('counts for the device that its token was made for, and for no other', async () => {
    desk.principal = { ...desk.principal, installId: 'device-07' };
    await desk.charge();
    await desk.charge(done, 'device-07');
    await expect(desk.charge(done, 'device-08')).rejects.toMatchObject({ code: 'install_id_mismatch' });
    expect(await desk.counted()).toEqual([{ install_id: 'device-07', period: '2026-11-01', count: 2 }]);
  });

  it('is seen by the device at its next reconcile', async () => {
    await desk.limit(10);
    await desk.charge(done, 'device-01');
    const { body } = await desk.tenant.api.post('/v1/usage/reconcile', {
      install_id: 'device-01',
      feature: 'chat',
      local_count: 0,
    });
    expect(body).toMatchObject({ server_count: 1, effective_remaining: 9 });
  });
});

describe('a unit comes back', () => {
  beforeEach(() => desk.limit(1));

  it('when the call fails, and the failure is what is heard', async () => {
    const failure = new AppError('provider_timeout');
    await expect(desk.charge(() => Promise.reject(failure))).rejects.toBe(failure);
    await expect(
      desk.charge(() => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect([await desk.reserved(), await desk.counted()]).toEqual([0, []]);
    expect(await desk.charge()).toBe('done');
  });

  it('when the call is not to be charged', async () => {
    expect(await desk.charge(() => Promise.resolve({ result: 'degraded', chargeable: false }))).toBe('degraded');
    expect([await desk.reserved(), await desk.counted()]).toEqual([0, []]);
    expect(await desk.charge()).toBe('done');
  });

  it('when the client has gone in the middle', async () => {
    const deadline = Deadline.never(systemClock);
    const context = {
      requestId: 'r',
      trace: { traceId: '0', spanId: '0', sampled: false },
      deadline,
      principal: desk.principal,
    };
    const gone = new Error('gone');
    await expect(
      runInContext(context, () =>
        desk.charge(() => {
          deadline.cancel(gone);
          return Promise.reject(gone);
        }),
      ),
    ).rejects.toBe(gone);
    expect(await desk.reserved()).toBe(0);
    expect(await desk.charge()).toBe('done');
  });

  it('but not where all of it was handed over before: that is counted', async () => {
    const deadline = Deadline.never(systemClock);
    const context = {
      requestId: 'r',
      trace: { traceId: '0', spanId: '0', sampled: false },
      deadline,
      principal: desk.principal,
    };
    const answered = runInContext(context, () =>
      desk.charge(() => {
        deadline.cancel(new Error('gone'));
        return Promise.resolve({ result: 'heard', chargeable: true, delivered: true });
      }),
    );
    expect(await answered).toBe('heard');
    expect([await desk.reserved(), await desk.counted()]).toMatchObject([0, [{ install_id: 'server', count: 1 }]]);
  });

  it('by itself, when its holder died between reserving and settling', async () => {
    void desk.charge(() => new Promise(() => {})).catch(() => {});
    await until(async () => (await desk.reserved()) === 1);
    expect(await outcomesOf([desk.charge()])).toEqual(['quota_exceeded']);
    await desk.app.database.query(`UPDATE usage_reservations SET expires_at = now() WHERE tenant_id = $1`, [
      desk.tenant.uuid,
    ]);
    expect(await desk.charge()).toBe('done');
    expect([await desk.reserved(), await desk.counted()]).toEqual([
      0,
      [{ install_id: 'server', period: '2026-11-01', count: 1 }],
    ]);
  });
});

describe('a reservation', () => {
  it('outlasts the deadline of its call by 30 s, and no more', async () => {
    await desk.limit(5);
    const lasts = async () => {
      const [row] = await desk.app.database.query<{ seconds: number }>(
        `SELECT extract(epoch FROM max(expires_at) - now())::float AS seconds FROM usage_reservations WHERE tenant_id = $1`,
        [desk.tenant.uuid],
      );
      return row?.seconds;
    };
    const deadline = Deadline.after(systemClock, 45_000);
    const context = {
      requestId: 'r',
      trace: { traceId: '0', spanId: '0', sampled: false },
      deadline,
      principal: desk.principal,
    };
    let seconds: number | undefined;
    await runInContext(context, () =>
      desk.charge(async () => {
        seconds = await lasts();
        return done();
      }),
    );
    deadline.release();
    expect(seconds).toBeGreaterThan(73);
    expect(seconds).toBeLessThan(76);
  });

  it('is not needed without a limit', async () => {
    await desk.charge(async () => {
      expect(await desk.reserved()).toBe(0);
      return done();
    });
  });

  it('is never had of a quota of 0, and tells when the next month begins', async () => {
    await desk.limit(0);
    await expect(desk.charge()).rejects.toMatchObject({ code: 'quota_exceeded', retryAfterMs: 12 * 3_600_000 });
    expect(await desk.counted()).toEqual([]);
  });

  it('of a month that has ended meanwhile is no reason to wait for the end of the next one', async () => {
    await desk.limit(2_000);
    // What was asked in the same millisecond may be from before the limit.
    await desk.clock.advance(1);
    const discreet = (call = done) =>
      desk.usage.charge({ principal: desk.principal, feature: 'chat', installId: undefined, discreet: true }, call);
    await discreet();
    const overMidnight = discreet(async () => {
      await desk.limit(0);
      await desk.clock.advance(12 * 3_600_000);
      return done();
    });
    await expect(overMidnight).rejects.toMatchObject({ code: 'quota_exceeded', retryAfterMs: 1_000 });
    expect(await desk.counted()).toMatchObject([{ period: '2026-11-01', count: 1 }]);
  });
});
