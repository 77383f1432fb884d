import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { uuidOf } from '../../src/database/id.js';
import { HARD_LIMIT_MS, LIVENESS_MS, MOST_STALLS } from '../../src/features/sessions/run/run-limits.js';
import { LlmBroker } from '../../src/llm/broker/broker.js';
import { CouncilApp, type CouncilAppOptions } from '../support/council-app.js';
import { keyOf } from '../support/council-answers.js';
import { Gate } from '../support/gate.js';
import { MovableClock } from '../support/movable-clock.js';
import { expectSoundLog, said, typesOf } from '../support/session-log.js';
import { until } from '../support/until.js';

/** Less than any attempt may take. */
const STEP_MS = 90_000;
const MINUTE_MS = 60_000;

const clock = new MovableClock();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(options: CouncilAppOptions = {}): Promise<CouncilApp> {
  const council = await CouncilApp.start({ clock, ...options });
  closing.push(() => council.close());
  return council;
}

describe('a session that takes too long', () => {
  test('fails after thirty minutes, however well it goes on, and goes on from there when it is retried', async () => {
    const council = await started({ env: { LLM_A_MAX_CONCURRENCY: '1' } });
    const gate = new Gate();
    council.meet(/./, gate.behaviour);
    const id = await council.create({ seats: 2, max_rounds: 6 });
    for (let elapsedMs = STEP_MS; elapsedMs < HARD_LIMIT_MS; elapsedMs += STEP_MS) {
      await until(() => gate.calls.length === 1);
      await clock.skip(STEP_MS);
      gate.open();
    }
    await until(() => gate.calls.length === 1);
    expect(await council.session(id)).toMatchObject({ status: 'running' });
    const held = gate.calls.map((call) => keyOf(call));
    const answered = Object.keys(council.calls(id)).filter((key) => !held.includes(key));
    await clock.skip(STEP_MS);
    expect(await council.ended(id)).toMatchObject({
      status: 'failed',
      recoverable: true,
      failure: { code: 'time_limit', detail: 'It took longer than 30 minutes.' },
    });
    await until(() => gate.calls.length === 0);

    council.heal();
    await council.control(id, 'retry');
    expect(await council.ended(id)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(answered).toHaveLength(HARD_LIMIT_MS / STEP_MS - 1);
    for (const key of answered) expect([key, council.calls(id)[key]]).toEqual([key, 1]);
    const log = await council.log(id);
    expectSoundLog(log);
    expect(said(log, 'seat_absent')).toEqual([]);
  });

  test('fails at its next worker when those before have used up its time', async () => {
    const council = await started();
    const id = await council.create({ seats: 2, max_rounds: 1 }, { start: false });
    await lost(council, id, 1, HARD_LIMIT_MS + 2_000);
    await council.passing(MINUTE_MS / 4, clock);
    expect(await council.ended(id)).toMatchObject({ status: 'failed', failure: { code: 'time_limit' } });
    expect(council.calls(id)).toEqual({});
    await council.control(id, 'retry');
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a session without progress', () => {
  test('has stalled after ten minutes, and can be retried', async () => {
    const council = await started();
    // No provider is silent for so long: only a fault of our own is.
    const broker = council.app.app.get(LlmBroker, { strict: false });
    const call = broker.call.bind(broker);
    let hung = 0;
    broker.call = async (wanted) => {
      if (!wanted.callId?.includes('/round-1/')) return call(wanted);
      hung += 1;
      return new Promise((_resolve, reject) =>
        wanted.deadline.signal.addEventListener('abort', () => reject(wanted.deadline.signal.reason)),
      );
    };
    const id = await council.create({ seats: 9, max_rounds: 1 });
    await until(() => hung === 9);
    const sinceMs = clock.monotonicMs();
    const stalled = await council.endedSoon(id, clock, 10_000);
    expect(clock.monotonicMs() - sinceMs).toBeGreaterThanOrEqual(LIVENESS_MS);
    expect(clock.monotonicMs() - sinceMs).toBeLessThan(LIVENESS_MS + 2 * MINUTE_MS);
    expect(stalled).toMatchObject({
      status: 'failed',
      recoverable: true,
      failure: { code: 'stalled', detail: 'There was no progress for 10 minutes.' },
    });
    expect(typesOf(await council.log(id)).slice(-2)).toEqual(['round_started', 'error']);
    broker.call = call;
    await council.control(id, 'retry');
    expect(await council.endedSoon(id, clock)).toMatchObject({ status: 'completed', attempt: 2 });
    expectSoundLog(await council.log(id));
  });

  test('that waits behind others for the only place goes on when its turn comes, and no seat is absent', async () => {
    const council = await started({ env: { LLM_A_MAX_CONCURRENCY: '1' } });
    const gate = new Gate();
    const first = await council.create({ seats: 9, max_rounds: 1 }, { start: false });
    council.meet(/^round-1/, gate.behaviour);
    await council.control(first, 'start');
    await until(() => gate.calls.length === 1);
    const behind = await council.create({ seats: 2, max_rounds: 1 });
    await until(async () => (await council.session(behind)).last_sequence > 0);
    const sinceMs = clock.monotonicMs();
    for (let seat = 1; seat <= 9; seat += 1) {
      await until(() => gate.calls.length === 1);
      await clock.skip(STEP_MS);
      expect(await council.session(behind)).toMatchObject({ status: 'running', last_sequence: 1 });
      if (seat === 9) council.heal();
      gate.open();
    }
    expect(clock.monotonicMs() - sinceMs).toBeGreaterThan(LIVENESS_MS);
    for (const id of [first, behind]) {
      expect(await council.ended(id)).toMatchObject({ status: 'completed' });
      expect(said(await council.log(id), 'seat_absent')).toEqual([]);
      expect(Object.values(council.calls(id)).every((count) => count === 1)).toBe(true);
    }
  });
});

/** As if so many workers in a row had died with the session, which the first of them took so long ago. */
async function lost(council: CouncilApp, id: string, workers: number, sinceMs = 0): Promise<void> {
  const { database } = council.app;
  await database.query(`UPDATE sessions SET status = 'queued' WHERE id = $1`, [uuidOf('ses', id)]);
  await database.query(`UPDATE sessions SET status = 'running', started_at = now() WHERE id = $1`, [uuidOf('ses', id)]);
  await database.query(
    `INSERT INTO system.runs (session_id, tenant_id, state, queued_at, lease_until, attempt_started_at, worker, claimed_sequence, stalls)
     SELECT id, tenant_id, 'claimed', now(), now() - interval '1 s', now() - make_interval(secs => $4 / 1000.0),
            $2, 0, $3 FROM sessions WHERE id = $1`,
    [uuidOf('ses', id), randomUUID(), workers - 1, sinceMs],
  );
}

describe('a session whose workers die', () => {
  test(`ends after ${MOST_STALLS} of them, and says why`, async () => {
    const council = await started();
    const id = await council.create({ seats: 2, max_rounds: 1 }, { start: false });
    await lost(council, id, MOST_STALLS);
    await council.passing(MINUTE_MS / 4, clock);
    expect(await council.ended(id)).toMatchObject({
      status: 'failed',
      recoverable: true,
      failure: { code: 'poisoned', detail: `${MOST_STALLS} workers in a row lost the session without any progress.` },
    });
    expect(council.calls(id)).toEqual({});
    expectSoundLog(await council.log(id));
    // Whoever knows better may try again.
    await council.control(id, 'retry');
    expect(await council.ended(id)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  test('goes on before that', async () => {
    const council = await started();
    const id = await council.create({ seats: 2, max_rounds: 1 }, { start: false });
    await lost(council, id, MOST_STALLS - 1);
    await council.passing(MINUTE_MS / 4, clock);
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expectSoundLog(await council.log(id));
  });
});
