import { afterEach, describe, expect, test } from '@jest/globals';
import { PATIENCE_MS } from '../../src/features/sessions/run/run-limits.js';
import { CouncilApp, type CouncilAppOptions } from '../support/council-app.js';
import { resetBeforeHead, serverError, silence } from '../support/fake-provider/index.js';
import { MovableClock } from '../support/movable-clock.js';
import { expectSoundLog, said, typesOf } from '../support/session-log.js';

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

/** Keys that were asked more than once. */
const repeated = (calls: Readonly<Record<string, number>>) =>
  Object.entries(calls).flatMap(([key, count]) => (count > 1 ? [key] : []));

describe('a provider that is down in mid-round', () => {
  test('for a minute costs no seat and no answer twice', async () => {
    const council = await started();
    council.meet(/^round-2\/seat-[345]$/, resetBeforeHead());
    const id = await council.create({ seats: 5, max_rounds: 3 });
    const failing = new Set(['round-2/seat-3', 'round-2/seat-4', 'round-2/seat-5']);
    await council.askedSoon(id, /^round-2\//, clock);
    await council.passing(60_000, clock, 1_000);
    expect(await council.session(id)).toMatchObject({ status: 'running', stage: 'round', round: 2 });
    council.heal();
    expect(await council.endedSoon(id, clock, 1_000)).toMatchObject({ status: 'completed', failure: null });
    const log = await council.log(id);
    expectSoundLog(log);
    expect(said(log, 'seat_absent')).toEqual([]);
    expect((await council.result(id)).degraded).toBe(false);
    for (const [key, count] of Object.entries(council.calls(id))) {
      if (failing.has(key)) expect(count).toBeLessThanOrEqual(12);
      else expect([key, count]).toEqual([key, 1]);
    }
  });

  test('wholly, and again, for a minute each, costs no seat', async () => {
    const council = await started();
    const id = await council.create({ seats: 5, max_rounds: 6 });
    for (const round of [2, 5]) {
      const keys = new RegExp(`^round-${round}/`);
      council.meet(keys, resetBeforeHead());
      await council.askedSoon(id, keys, clock);
      await council.passing(60_000, clock, 1_000);
      expect(await council.session(id)).toMatchObject({ status: 'running', round });
      council.heal();
      council.meet(/^round-5\//, resetBeforeHead());
    }
    council.heal();
    expect(await council.endedSoon(id, clock, 1_000)).toMatchObject({ status: 'completed' });
    expect((await council.result(id)).degraded).toBe(false);
  });
});

describe('a council that nobody answers', () => {
  test('waits as long as its patience lasts, fails, and goes on where it stopped when it is retried', async () => {
    const council = await started();
    await council.a.down();
    const id = await council.create({ seats: 3, max_rounds: 2 });
    const startedMs = clock.monotonicMs();
    expect(await council.endedSoon(id, clock, 1_000)).toMatchObject({
      status: 'failed',
      recoverable: true,
      failure: { code: 'providers_failed', detail: expect.stringContaining('"frame"') },
    });
    expect(clock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(PATIENCE_MS);
    expect(clock.monotonicMs() - startedMs).toBeLessThan(2 * PATIENCE_MS);
    expect(typesOf(await council.log(id))).toEqual(['session_started', 'error']);
    await council.a.up();
    expect((await council.control(id, 'retry')).status).toBe(202);
    expect(await council.endedSoon(id, clock, 1_000)).toMatchObject({ status: 'completed', attempt: 2 });
    expectSoundLog(await council.log(id));
    expect(repeated(council.calls(id))).toEqual([]);
  });

  test('any more in mid-session fails for its quorum, and repeats nothing that was answered', async () => {
    const council = await started();
    council.meet(/^round-2\//, serverError());
    const id = await council.create({ seats: 3, max_rounds: 2 });
    expect(await council.endedSoon(id, clock, 1_000)).toMatchObject({
      status: 'failed',
      recoverable: true,
      failure: { code: 'quorum_lost' },
    });
    const asked = council.calls(id);
    // Five failures open the circuit; after that there is one probe in half a minute.
    for (const seat of ['seat-1', 'seat-2', 'seat-3']) expect(asked[`round-2/${seat}`]).toBeLessThanOrEqual(8);
    council.heal();
    await council.control(id, 'retry');
    expect(await council.endedSoon(id, clock, 1_000)).toMatchObject({ status: 'completed', attempt: 2 });
    const log = await council.log(id);
    expectSoundLog(log);
    expect(said(log, 'attempt_superseded')).toHaveLength(3);
    expect((await council.result(id)).degraded).toBe(false);
    expect(repeated(council.calls(id)).filter((key) => !key.startsWith('round-2/'))).toEqual([]);
  });

  test('because all are silent fails too', async () => {
    const council = await started({ both: true });
    council.meet(/^round-1\//, silence());
    const id = await council.create({ seats: 2, max_rounds: 1 });
    expect(await council.endedSoon(id, clock, 1_000)).toMatchObject({
      status: 'failed',
      recoverable: true,
      failure: { code: 'quorum_lost' },
    });
    expect(said(await council.log(id), 'seat_absent').map(({ code }) => code)).toContain('provider_timeout');
    expect(council.a.inFlight + council.b.inFlight).toBe(0);
  });
});
