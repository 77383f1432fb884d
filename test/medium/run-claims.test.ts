import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { CLAIM_LOCK } from '../../migrations/create-sessions/run-functions.js';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';
import { until } from '../support/until.js';

let room: SessionRoom;
beforeAll(async () => void (room = await openSessionRoom({ poolSize: 8 })));
beforeEach(() => room.empty());
afterAll(() => room.close());

/** Many sessions in line, as if each had come a millisecond after the one before. */
const line = (tenantId: string, count: number, sinceMs: number) =>
  room.owner.query(
    `WITH made AS (
       INSERT INTO sessions (tenant_id, id, status, title, goal, constraints, spec, epoch, digest)
       SELECT $1::uuid, gen_random_uuid(), 'queued', 't', 'g', '[]', '{}', 'abcdefgh', decode(repeat('00', 32), 'hex')
         FROM generate_series(1, $2)
       RETURNING id
     )
     INSERT INTO system.runs (session_id, tenant_id, state, queued_at)
     SELECT id, $1::uuid, 'queued', now() - $3 * interval '1 ms' + row_number() OVER () * interval '1 ms' FROM made`,
    [tenantId, count, sinceMs],
  );
/** Calls `work` while somebody else is in a transaction with this statement, which may hold locks. */
async function beside<T>(text: string, values: unknown[], work: () => Promise<T>): Promise<T> {
  const other = new Client(room.owner.url);
  await other.connect();
  try {
    await other.query('BEGIN');
    await other.query(text, values);
    return await work();
  } finally {
    await other.end();
  }
}
/** Whether a claim has waited for its turn for longer than one that may take lost runs over. */
const waitsForLong = async () => {
  const [row] = await room.owner.query<{ waits: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_stat_activity
                     WHERE wait_event_type = 'Lock' AND query LIKE '%run_claim%' AND datname = current_database()
                       AND query_start < clock_timestamp() - interval '0.6 s') AS waits`,
  );
  return row?.waits ?? false;
};
const append = (run: { tenantId: string; sessionId: string; fence: number }) =>
  room.log.append({ ...run, end: EMPTY_LOG, atMs: Date.now(), events: [{ type: 'round_started', data: {} }] });

describe('a claim', () => {
  it('gives nothing where nothing waits', async () => {
    expect(await room.claim(5)).toEqual([]);
    await room.queued();
    expect(await room.claim(0)).toEqual([]);
  });

  it('takes the oldest run, starts its session and raises its fence', async () => {
    const [first, second] = [await room.queued(), await room.queued()];
    const worker = randomUUID();
    const [run] = await room.claim(1, worker);
    expect(run).toEqual({
      ...first,
      fence: 1,
      stalls: 0,
      lastSequence: 0,
      wanted: null,
      runningMs: 0,
      opening: expect.anything(),
    });
    expect(await room.session(first)).toMatchObject({ status: 'running', fence: 1, started_at: expect.any(Date) });
    expect(await room.run(first)).toMatchObject({ state: 'claimed', worker });
    expect(await room.session(second)).toMatchObject({ status: 'queued', fence: 0 });
  });

  it('goes to the tenant with one run before the second one of a tenant with a thousand', async () => {
    const [many, few] = [randomUUID(), randomUUID()];
    await line(many, 1_000, 60_000);
    await line(few, 1, 1_000);
    const tenants = (await room.claim(3)).map(({ tenantId }) => tenantId);
    expect(tenants).toEqual([many, few, many]);
  });

  it('counts what a tenant has running already, also in the hands of others', async () => {
    const [many, few] = [randomUUID(), randomUUID()];
    await line(many, 10, 60_000);
    await room.claim(3);
    await line(few, 10, 1_000);
    const tenants = (await room.claim(6)).map(({ tenantId }) => tenantId);
    expect(tenants.slice(0, 3)).toEqual([few, few, few]);
    expect(tenants.slice(3).toSorted()).toEqual([few, many, many].toSorted());
  });

  it('serves tenants with the same share in the order in which they have waited', async () => {
    const tenants = Array.from({ length: 12 }, () => randomUUID());
    for (const [index, tenant] of tenants.entries()) await line(tenant, 2, 60_000 - index * 1_000);
    const given = (await room.claim(24)).map(({ tenantId }) => tenantId);
    expect(given).toEqual([...tenants, ...tenants]);
  });

  it('gives the places that are reserved to the first run of a tenant that has none, and to no other', async () => {
    const [many, few, fewer] = [randomUUID(), randomUUID(), randomUUID()];
    await line(many, 10, 60_000);
    expect(await room.claim(3, randomUUID(), 2)).toMatchObject([{ tenantId: many }]);
    expect(await room.claim(2, randomUUID(), 2)).toEqual([]);
    await line(few, 2, 1_000);
    await line(fewer, 2, 500);
    expect(await room.claim(1, randomUUID(), 2)).toMatchObject([{ tenantId: few }]);
    expect(await room.claim(2, randomUUID(), 2)).toMatchObject([{ tenantId: fewer }]);
    expect(await room.claim(2, randomUUID(), 2)).toEqual([]);
    expect(await room.claim(3, randomUUID(), 2)).toMatchObject([{ tenantId: many }]);
  });

  it('gives the places that are reserved also to a run whose lease has run out', async () => {
    const lost = await room.running();
    const kept = await room.running(lost.tenantId);
    await room.queued(lost.tenantId);
    await room.expire(lost);
    expect(await room.claim(2, randomUUID(), 2)).toMatchObject([{ sessionId: lost.sessionId, stalls: 1 }]);
    expect(await room.run(kept)).toMatchObject({ state: 'claimed' });
  });

  it('leaves a reserved place to a newcomer whose session is locked, and gives it to no tenant that has runs', async () => {
    const [many, few] = [randomUUID(), randomUUID()];
    await line(many, 10, 60_000);
    await room.claim(2);
    const newcomer = await room.queued();
    await beside('SELECT FROM sessions WHERE id = $1 FOR UPDATE', [newcomer.sessionId], async () => {
      expect(await room.claim(1, randomUUID(), 1)).toEqual([]);
      expect(await room.claim(2, randomUUID(), 1)).toMatchObject([{ tenantId: many }]);
      await line(few, 2, 0);
      expect(await room.claim(2, randomUUID(), 2)).toMatchObject([{ tenantId: few }]);
    });
    expect(await room.claim(2, randomUUID(), 2)).toMatchObject([{ tenantId: newcomer.tenantId }]);
  });

  it('gives a reserved place to the next session of a newcomer whose first one can never be taken', async () => {
    const many = randomUUID();
    await line(many, 10, 60_000);
    await room.claim(2);
    const over = await room.queued();
    await room.owner.query(`UPDATE sessions SET status = 'cancelled', finished_at = now() WHERE id = $1`, [
      over.sessionId,
    ]);
    expect(await room.claim(1, randomUUID(), 1)).toEqual([]);
    const next = await room.queued(over.tenantId);
    const last = await room.queued();
    expect(await room.claim(3, randomUUID(), 3)).toMatchObject([
      { sessionId: last.sessionId },
      { sessionId: next.sessionId },
    ]);
  });

  it('that waited too long for its turn to take lost runs over gives their reserved places to nobody', async () => {
    const lost = await room.running();
    await room.expire(lost);
    await room.queued(lost.tenantId);
    const claim = await beside('SELECT pg_advisory_xact_lock($1)', [CLAIM_LOCK], async () => {
      const waiting = room.claim(1, randomUUID(), 1);
      await until(waitsForLong);
      return { waiting };
    });
    expect(await claim.waiting).toEqual([]);
  });

  it('by five workers at once gives each run once', async () => {
    for (let tenant = 0; tenant < 10; tenant++) await line(randomUUID(), 20, 60_000);
    const workers = Array.from({ length: 5 }, () => randomUUID());
    const claims = workers.map(async (worker) => {
      const given: string[] = [];
      for (let last = 1; last > 0;) {
        const runs = await room.claim(7, worker);
        last = runs.length;
        given.push(...runs.map(({ sessionId }) => sessionId));
      }
      return given;
    });
    const given = (await Promise.all(claims)).flat();
    expect([given.length, new Set(given).size]).toEqual([200, 200]);
    const fences = await room.owner.query('SELECT DISTINCT fence FROM sessions');
    expect(fences).toEqual([{ fence: 1 }]);
  });

  it('passes over a session that somebody has locked, without waiting', async () => {
    const [first, second] = [await room.queued(), await room.queued()];
    const other = new Client(room.owner.url);
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM sessions WHERE id = $1 FOR UPDATE', [first.sessionId]);
    expect((await room.claim(2)).map(({ sessionId }) => sessionId)).toEqual([second.sessionId]);
    await other.end();
    expect((await room.claim(2)).map(({ sessionId }) => sessionId)).toEqual([first.sessionId]);
  });

  it('stays quick with ten thousand runs of one tenant and a thousand tenants', async () => {
    await line(randomUUID(), 10_000, 60_000);
    await room.owner.query(
      `WITH made AS (
         INSERT INTO sessions (tenant_id, id, status, title, goal, constraints, spec, epoch, digest)
         SELECT gen_random_uuid(), gen_random_uuid(), 'queued', 't', 'g', '[]', '{}', 'abcdefgh', decode(repeat('00', 32), 'hex')
           FROM generate_series(1, 1000)
         RETURNING id, tenant_id
       )
       INSERT INTO system.runs (session_id, tenant_id, state, queued_at) SELECT id, tenant_id, 'queued', now() FROM made`,
    );
    await room.claim(1);
    const startedMs = performance.now();
    for (let nth = 0; nth < 10; nth++) expect(await room.claim(10)).toHaveLength(10);
    // A claim that went through the whole line for each place would take many times as long.
    expect((performance.now() - startedMs) / 10).toBeLessThan(2_000);
  });
});

describe('a lease that has run out', () => {
  it('is taken before anything that waits, with the next fence, and counted as a stall', async () => {
    const lost = await room.running();
    await room.expire(lost);
    await room.queued();
    const [run] = await room.claim(1);
    expect(run).toMatchObject({ sessionId: lost.sessionId, fence: lost.fence + 1, stalls: 1 });
    await room.expire(lost);
    expect((await room.claim(1))[0]).toMatchObject({ sessionId: lost.sessionId, fence: lost.fence + 2, stalls: 2 });
  });

  it('is no stall when an event was written under it', async () => {
    const lost = await room.running();
    await room.expire(lost);
    const [second] = await room.claim(1);
    await append(second ?? lost);
    await room.expire(lost);
    expect((await room.claim(1))[0]).toMatchObject({ stalls: 0, lastSequence: 1 });
  });

  it('leaves its old worker nothing to write, and nothing to renew', async () => {
    const worker = randomUUID();
    const lost = await room.running(undefined, worker);
    await room.expire(lost);
    await room.claim(1);
    expect(await append(lost)).toMatchObject({ outcome: 'fenced' });
    expect(await room.queue.renew({ worker, leaseMs: 8_000 }, [lost])).toEqual([]);
    expect(await room.queue.release(worker, [lost])).toEqual([]);
    expect(await room.events(lost)).toEqual([]);
    expect(await room.run(lost)).toMatchObject({ state: 'claimed' });
  });

  it('is not taken from a session that is over', async () => {
    const lost = await room.running();
    const place = { status: 'completed' };
    await room.log.append({ ...lost, end: EMPTY_LOG, atMs: 0, events: [{ type: 'complete', data: {} }], place });
    await room.expire(lost);
    expect(await room.claim(1)).toEqual([]);
  });
});
