import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionKey } from '../../src/journal/session-write.js';
import type { ClaimedRun } from '../../src/queue/run-queue.repository.js';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';

const MINUTE_MS = 60_000;
/** More than the test itself takes, and much less than what it lets pass. */
const SLACK_MS = 30_000;

let room: SessionRoom;
beforeAll(async () => void (room = await openSessionRoom()));
beforeEach(() => room.empty());
afterAll(() => room.close());

/** As if so much time had passed since the last step: all times of the run lie further back. */
const pass = ({ sessionId }: SessionKey, minutes: number) =>
  room.owner.query(
    `UPDATE system.runs SET queued_at = queued_at - $2 * interval '1 min', attempt_started_at = attempt_started_at - $2 * interval '1 min'
      WHERE session_id = $1`,
    [sessionId, minutes],
  );
const worker = randomUUID();
const claim = async (): Promise<ClaimedRun> => {
  const [run] = await room.claim(1, worker);
  if (!run) throw new Error('there was none');
  return run;
};
const close = async (run: ClaimedRun, status: string) => {
  const failure =
    status === 'failed' ? { failure: { code: 'quorum_lost', detail: null, recoverable: true } as const } : {};
  const type = status === 'paused' ? 'paused' : 'error';
  const write = {
    ...run,
    end: EMPTY_LOG,
    atMs: Date.now(),
    events: [{ type, data: {} }],
    place: { status, ...failure },
  };
  expect((await room.log.append(write)).outcome).toBe('appended');
};
const status = (run: SessionKey, to: string) =>
  room.owner.query(
    `UPDATE sessions SET status = $2, finished_at = NULL, failure_code = NULL, failure_detail = NULL, recoverable = false WHERE id = $1`,
    [run.sessionId, to],
  );
const about = (minutes: number) => ({
  from: (ms: number) => ms >= minutes * MINUTE_MS && ms < minutes * MINUTE_MS + SLACK_MS,
});
const expectRan = (run: ClaimedRun, minutes: number) =>
  expect([minutes, run.runningMs, about(minutes).from(run.runningMs)]).toEqual([minutes, run.runningMs, true]);

describe('the time of an attempt', () => {
  it('does not run in line: neither before the first worker nor between two', async () => {
    const session = await room.queued();
    await pass(session, 40);
    const first = await claim();
    expectRan(first, 0);
    await pass(session, 7);
    await room.queue.release(worker, [first]);
    await pass(session, 50);
    expectRan(await claim(), 7);
  });

  it('is the sum over workers', async () => {
    await room.queued();
    for (let minutes = 0; minutes < 15; minutes += 5) {
      const run = await claim();
      expectRan(run, minutes);
      await pass(run, 5);
      await room.queue.release(worker, [run]);
    }
  });

  it('ends with a lease that ran out, however late somebody finds it', async () => {
    const run = await room.running();
    await pass(run, 9);
    await room.owner.query(`UPDATE system.runs SET lease_until = now() - interval '3 min' WHERE session_id = $1`, [
      run.sessionId,
    ]);
    expectRan(await claim(), 6);
  });

  it('does not run while the session is paused, and a pause gives none back', async () => {
    await room.queued();
    const run = await claim();
    await pass(run, 12);
    await close(run, 'paused');
    await pass(run, 120);
    await status(run, 'running');
    await room.enqueue(run);
    expectRan(await claim(), 12);
  });

  it('begins anew with a retry', async () => {
    await room.queued();
    const run = await claim();
    await pass(run, 29);
    await close(run, 'failed');
    await status(run, 'queued');
    await room.transaction.run(
      async (manager) => {
        await room.queue.enqueue(manager, run);
        await room.queue.beginAttempt(manager, run);
      },
      { tenantId: run.tenantId },
    );
    expectRan(await claim(), 0);
  });

  it('costs a renewal nothing: the row changes in place, and the sum is made when the run is taken', async () => {
    const run = await room.running(undefined, worker);
    await pass(run, 4);
    await room.queue.renew({ worker, leaseMs: MINUTE_MS }, [run]);
    expect(await room.run(run)).toMatchObject({ ran_ms: 0 });
    await room.queue.release(worker, [run]);
    expect((await room.run(run))['ran_ms']).toBeGreaterThanOrEqual(4 * MINUTE_MS);
  });
});
