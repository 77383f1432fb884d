import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/reliability/errors/app-error.js';
import { tally } from '../support/faults.js';
import { IdempotentReplicas, isReplay } from '../support/idempotent-replicas.js';
import { expectProblem } from '../support/problem.js';

let replicas: IdempotentReplicas;

beforeAll(async () => void (replicas = await IdempotentReplicas.open()));
beforeEach(() => replicas.renew());
afterAll(() => replicas.close());

describe.each(['here', 'there'] as const)(
  'while the first request is under way, another one that comes %s',
  (where) => {
    it('gets its answer, if that is soon', async () => {
      const held = replicas.hold('before');
      const first = replicas.post('here');
      await held.arrived;
      const next = replicas.post(where);
      held.go();
      const [one, other] = [await first, await next];
      expect(other).toMatchObject({ status: 201, text: one.text });
      expect([isReplay(one), isReplay(other), await replicas.made()]).toEqual([false, true, 1]);
    });

    it.each(['before', 'within'] as const)('is told to come back otherwise (held %s the commit)', async (at) => {
      const held = replicas.hold(at);
      const first = replicas.post('here');
      await held.arrived;
      const { status, headers, text } = await replicas.post(where, { deadlineMs: 300 });
      expectProblem({ status: status ?? 0, headers, body: text }, 'idempotency_in_flight');
      expect(headers['retry-after']).toBe('1');
      held.go();
      expect([(await first).status, await replicas.made()]).toEqual([201, 1]);
    });
  },
);

describe('a request that fails', () => {
  it.each(['before', 'within'] as const)('%s the commit leaves no effect, and its key free', async (at) => {
    const fail = () => Promise.reject(new AppError('quota_exceeded'));
    replicas.let({ [at]: fail });
    expect(tally([await replicas.post('here')])).toEqual({ '429 quota_exceeded': 1 });
    expect([await replicas.made(), await replicas.underWay()]).toEqual([0, 0]);
    replicas.let({});
    expect(await replicas.post('there')).toMatchObject({ status: 201 });
  });

  it('after the commit, as one that dies before it has answered, is answered when it is sent again', async () => {
    replicas.let({ after: () => Promise.reject(new Error('the process dies')) });
    expect(tally([await replicas.post('here')])).toEqual({ '500 internal_error': 1 });
    const again = await replicas.post('there');
    expect([again.status, isReplay(again), await replicas.made()]).toEqual([201, true, 1]);
  });

  it('because its client goes away frees its key', async () => {
    const held = replicas.hold('before');
    const gone = new AbortController();
    const first = replicas.post('here', { signal: gone.signal });
    await held.arrived;
    gone.abort();
    await first;
    held.fail(new Error('its deadline is over'));
    const next = await replicas.post('there');
    expect([next.status, isReplay(next), await replicas.made()]).toEqual([201, false, 1]);
  });

  it('in its transaction alone, which runs again, settles its answer again', async () => {
    let losses = 0;
    replicas.let({
      within: (manager) =>
        losses++ === 0
          ? manager.query(`DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$`)
          : Promise.resolve(),
    });
    const first = await replicas.post('here');
    expect([first.status, losses, await replicas.made()]).toEqual([201, 2, 1]);
    expect((await replicas.post('there')).text).toBe(first.text);
  });
});

describe('a holder that died', () => {
  const endLease = () => replicas.database.query(`UPDATE idempotency_keys SET expires_at = now() WHERE answer IS NULL`);

  it('is replaced when its lease is over; should it live after all, nothing of its effect is kept', async () => {
    const held = replicas.hold('before');
    const first = replicas.post('here');
    await held.arrived;
    expect(
      await replicas.database.query(
        `SELECT round(extract(epoch FROM expires_at - now()))::int BETWEEN 50 AND 60 AS lease FROM idempotency_keys WHERE answer IS NULL`,
      ),
    ).toEqual([{ lease: true }]);
    await endLease();
    const second = await replicas.post('there');
    expect([second.status, isReplay(second)]).toEqual([201, false]);
    held.go();
    expect(tally([await first])).toEqual({ '409 idempotency_in_flight': 1 });
    expect(await replicas.made()).toBe(1);
    expect(await replicas.post('here')).toMatchObject({ status: 201, text: second.text });
  });

  it('is not replaced while it commits after all, and nobody waits for that with a connection', async () => {
    const held = replicas.hold('within', { before: endLease });
    const first = replicas.post('here');
    await held.arrived;
    const others = await Promise.all(Array.from({ length: 8 }, () => replicas.post('there', { deadlineMs: 400 })));
    expect(tally(others)).toEqual({ '409 idempotency_in_flight': 8 });
    held.go();
    const one = await first;
    expect([one.status, (await replicas.post('there')).text]).toEqual([201, one.text]);
    expect(await replicas.made()).toBe(1);
  });
});
