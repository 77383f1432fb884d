import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedRun } from '../../src/queue/run-queue.repository.js';
import type { Entry, SessionKey } from '../../src/journal/session-write.js';
import type { LogAdvance } from '../../src/journal/log-announcer.js';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';
import { StatementCount } from '../support/statement-count.js';

type Run = SessionKey & ClaimedRun;

const AT_MS = Date.UTC(2026, 10, 21, 12);

let room: SessionRoom;
let count: StatementCount;
beforeAll(async () => {
  room = await openSessionRoom();
  count = StatementCount.begin();
});
beforeEach(() => count.clear());
afterEach(() => room.empty());
afterAll(async () => {
  count.end();
  await room.close();
});

const said = (text: string) => ({ type: 'contribution', data: { text } });
const append = (run: Run, entry: Partial<Entry> = {}, end = EMPTY_LOG) =>
  room.log.append({ ...run, end, atMs: AT_MS, events: [said(run.sessionId)], ...entry });
async function running(many: number): Promise<Run[]> {
  const runs: Run[] = [];
  while (runs.length < many) runs.push(await room.running());
  return runs;
}
const call = { key: 'frame', event: 0, provider: 'a', model: 'b', attempts: 1, inputTokens: 7, outputTokens: 3 };

describe('writes of many sessions at the same time', () => {
  it('are one statement and one commit, each session’s own tenant seeing its own', async () => {
    const runs = await running(10);
    count.clear();
    const outcomes = await Promise.all(runs.map((run) => append(run, { calls: [call], place: { round: 1 } })));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(runs.map(() => 'appended'));
    expect([count.statements.length, count.commits]).toEqual([1, 1]);
    for (const run of runs) {
      expect(await room.session(run)).toMatchObject({ last_sequence: 1, calls: 1, input_tokens: '7', round: 1 });
      const [event] = await room.log.eventsAfter(run, { after: 0, limit: 10 });
      expect(event?.data).toContain(run.sessionId);
      expect(await room.log.eventsAfter({ ...run, tenantId: randomUUID() }, { after: 0, limit: 10 })).toEqual([]);
    }
  });

  it('of which some are refused keep the others', async () => {
    const runs = await running(6);
    const [fenced, moved, cancelled, foreign, ...well] = runs as [Run, Run, Run, Run, ...Run[]];
    const first = await append(moved);
    await room.owner.query(`UPDATE sessions SET wanted = 'cancel' WHERE id = $1`, [cancelled.sessionId]);
    const outcomes = await Promise.all([
      append({ ...fenced, fence: fenced.fence - 1 }),
      append(moved),
      append(cancelled, { place: { status: 'completed' } }),
      append({ ...foreign, tenantId: randomUUID() }),
      ...well.map((run) => append(run)),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'fenced',
      'moved',
      'cancel_wanted',
      'fenced',
      'appended',
      'appended',
    ]);
    expect(await room.events(moved)).toHaveLength(first.outcome === 'appended' ? 1 : 0);
    for (const run of [fenced, cancelled, foreign]) expect(await room.events(run)).toEqual([]);
    for (const run of well) expect(await room.events(run)).toHaveLength(1);
  });

  it('one of which cannot be written at all keep the others', async () => {
    const [broken, ...well] = (await running(4)) as [Run, ...Run[]];
    const twice = { events: [said('one'), said('two')], calls: [call, { ...call, event: 1 }] };
    const outcomes = await Promise.allSettled([append(broken, twice), ...well.map((run) => append(run))]);
    expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { fault: 'unique' } });
    for (const outcome of outcomes.slice(1)) expect(outcome).toMatchObject({ value: { outcome: 'appended' } });
    expect(await room.events(broken)).toEqual([]);
    for (const run of well) expect(await room.events(run)).toHaveLength(1);
  });

  it('one of which waits for a lock do not wait with it, and neither do those that come later', async () => {
    const [locked, ...well] = (await running(4)) as [Run, ...Run[]];
    const held = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const holder = room.transaction.run(
      async (manager) => {
        await room.log.lock(manager, locked);
        held.resolve();
        await done.promise;
      },
      { tenantId: locked.tenantId },
    );
    await held.promise;
    const waiting = append(locked);
    const [late, ...others] = well as [Run, ...Run[]];
    for (const run of others) expect(await append(run)).toMatchObject({ outcome: 'appended' });
    expect(await append(late)).toMatchObject({ outcome: 'appended' });
    done.resolve();
    await holder;
    expect(await waiting).toMatchObject({ outcome: 'appended' });
  });

  it('of one session twice, as when an answer got lost, are written once', async () => {
    const [run] = (await running(1)) as [Run];
    const outcomes = await Promise.all([append(run), append(run)]);
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['appended', 'moved']);
    expect(await room.events(run)).toHaveLength(1);
  });
});

describe('an ending', () => {
  it('of many at once counts each unit once, in the month in which it was taken', async () => {
    const tenantId = randomUUID();
    await room.owner.query(`INSERT INTO quotas (tenant_id, feature, "limit") VALUES ($1, 'session', 100)`, [tenantId]);
    const runs: Run[] = [];
    for (let made = 0; made < 4; made++) runs.push(await room.running(tenantId));
    for (const { sessionId } of runs)
      await room.owner.query(
        `INSERT INTO usage_reservations VALUES ($1, 'session', '2026-10-01', $2, now() + interval '1 day')`,
        [tenantId, sessionId],
      );
    const unit = { feature: 'session', period: '2026-11-01', install: 'server' };
    const ended = runs.map((run, index) => {
      const status = index === 0 ? 'cancelled' : 'completed';
      return append(run, { place: { status }, unit: { ...unit, charged: status === 'completed' } });
    });
    count.clear();
    await Promise.all(ended);
    const counted = 'SELECT period::text, count::int FROM usage_counters WHERE tenant_id = $1';
    expect(await room.owner.query(counted, [tenantId])).toEqual([{ period: '2026-10-01', count: 3 }]);
    expect(await room.owner.query('SELECT FROM usage_reservations WHERE tenant_id = $1', [tenantId])).toEqual([]);
    for (const run of runs) expect(await room.run(run)).toMatchObject({ state: 'idle' });
  });

  it('that is refused settles nothing, and plans nothing', async () => {
    const [run] = (await running(1)) as [Run];
    const unit = { feature: 'session', period: '2026-11-01', install: 'server', charged: true };
    const refused = await append(
      { ...run, fence: run.fence - 1 },
      { place: { status: 'completed' }, unit, actions: [row()] },
    );
    expect(refused.outcome).toBe('fenced');
    const rows = `SELECT FROM usage_counters WHERE tenant_id = $1 UNION ALL SELECT FROM actions WHERE tenant_id = $1`;
    expect(await room.owner.query(rows, [run.tenantId])).toEqual([]);
  });
});

describe('a plan', () => {
  it('is written with its event', async () => {
    const [run] = (await running(1)) as [Run];
    const [first, second] = [row(), { ...row(), key: 'action-2', position: 2 }];
    await append(run, { actions: [first, { ...second, depends_on: [first.id] }] });
    const kept = 'SELECT id, key, session_id, status, depends_on FROM actions WHERE tenant_id = $1 ORDER BY position';
    const of = { session_id: run.sessionId, status: 'todo' };
    expect(await room.owner.query(kept, [run.tenantId])).toEqual([
      { ...of, id: first.id, key: 'action-1', depends_on: [] },
      { ...of, id: second.id, key: 'action-2', depends_on: [first.id] },
    ]);
  });

  it('that cannot be written takes its event with it', async () => {
    const [run] = (await running(1)) as [Run];
    await expect(append(run, { actions: [row(), row()] })).rejects.toMatchObject({ fault: 'unique' });
    expect(await room.events(run)).toEqual([]);
    expect(await room.session(run)).toMatchObject({ last_sequence: 0 });
  });
});

describe('whoever wants to know of growth', () => {
  it('is told of each session that has grown, after the commit, and of no other', async () => {
    const [well, fenced] = (await running(2)) as [Run, Run];
    const told: LogAdvance[] = [];
    const end = room.announcer.onAdvance((advance) => void told.push(advance));
    await Promise.all([append(well), append({ ...fenced, fence: 0 })]);
    end();
    const { tenantId, sessionId } = well;
    expect(told).toMatchObject([{ tenantId, sessionId, events: [{ sequence: 1 }] }]);
  });
});

function row() {
  return {
    id: randomUUID(),
    project_id: null,
    key: 'action-1',
    title: 'Rent the station',
    detail: '',
    position: 1,
    depends_on: [],
    estimate_minutes: 60,
    owner_role: 'owner',
    first_step: 'Call the owner.',
  };
}
