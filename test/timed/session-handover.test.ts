import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/faults.js';
import { answeredCalls, askedCalls, askedTooOften, faultsOf } from '../support/fleet/audit.js';
import { Fleet, type FleetOptions } from '../support/fleet/fleet.js';
import { Gate } from '../support/fleet/gate.js';
import { nextEventAfter, recordMoves, releasedAt } from '../support/fleet/moves.js';
import { uuidOfSession } from '../support/sessions.js';

const SESSIONS = 4;
const CALLS_OF_A_SESSION = 9;
const PATIENCE_MS = 30_000;

/** Each test has processes and a database of its own, and most of its time is waiting for a lease to end. */
async function withFleet(options: FleetOptions, body: (fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = await Fleet.start(options);
  try {
    await recordMoves(fleet.database);
    await body(fleet);
  } finally {
    await fleet.close();
  }
}

/** Sessions in the hands of whatever worker there is, all of whose seats are being asked in the second round. */
async function sessionsUnderWay(fleet: Fleet): Promise<{ uuids: string[]; gate: Gate }> {
  const gate = new Gate(fleet.provider, /^round-2/);
  const made = await Promise.all(Array.from({ length: SESSIONS }, () => fleet.session()));
  await eventually('all seats are being asked', PATIENCE_MS, () => gate.waiting === 2 * SESSIONS);
  return { uuids: made.map(({ id }) => uuidOfSession(id)), gate };
}

async function expectAllWell(fleet: Fleet, uuids: readonly string[]): Promise<void> {
  for (const uuid of uuids) {
    await fleet.untilEnded(uuid, PATIENCE_MS);
    expect({ uuid, status: await fleet.statusOf(uuid) }).toEqual({ uuid, status: 'completed' });
    expect(await faultsOf(fleet, uuid)).toEqual([]);
  }
}

/** Only what had no answer in the log may have been asked again, and once. */
async function repeatableCalls(fleet: Fleet, uuids: readonly string[]): Promise<() => readonly string[]> {
  const answered: ReadonlySet<string>[] = [];
  for (const uuid of uuids) answered.push(await answeredCalls(fleet, uuid));
  return () => uuids.flatMap((uuid, index) => askedTooOften(fleet, uuid, answered.slice(index, index + 1)));
}

function report(what: string, figures: readonly number[]): void {
  process.stdout.write(`${what}: ${figures.map((ms) => Math.round(ms)).join(', ')} ms\n`);
}

async function gapsAfter(fleet: Fleet, uuids: readonly string[], sinceMs: (uuid: string) => Promise<number>) {
  const gaps: number[] = [];
  for (const uuid of uuids) gaps.push((await nextEventAfter(fleet, uuid, await sinceMs(uuid))) ?? Infinity);
  return gaps;
}

describe('a worker that leaves', () => {
  const releases = (fleet: Fleet) => (uuid: string) => releasedAt(fleet, uuid);

  test.concurrent('lets calls in flight end, and its sessions go on elsewhere at once: no call is repeated', () =>
    withFleet({}, async (fleet) => {
      const leaving = await fleet.readyWorker();
      const { uuids, gate } = await sessionsUnderWay(fleet);
      await fleet.readyWorker();
      const ended = leaving.stop();
      await sleep(500);
      gate.open();
      expect((await ended).code).toBe(0);
      await expectAllWell(fleet, uuids);
      const gaps = await gapsAfter(fleet, uuids, releases(fleet));
      report('release to the next event elsewhere', gaps);
      expect(Math.max(...gaps)).toBeLessThan(1_000);
      for (const uuid of uuids)
        expect([...askedCalls(fleet, uuid).values()]).toEqual(Array.from({ length: CALLS_OF_A_SESSION }, () => 1));
    }),
  );

  test.concurrent('without time to drain cuts its calls, and only those are made again', () =>
    withFleet({}, async (fleet) => {
      const leaving = await fleet.readyWorker({ HOLDFAST_DRAIN_MS: '0' });
      const { uuids, gate } = await sessionsUnderWay(fleet);
      await fleet.readyWorker();
      const tooOften = await repeatableCalls(fleet, uuids);
      const { code, tookMs } = await leaving.stop();
      gate.open();
      report('the end of a worker that may not drain', [tookMs]);
      expect({ code, isSwift: tookMs < 2_000 }).toEqual({ code: 0, isSwift: true });
      await expectAllWell(fleet, uuids);
      expect(tooOften()).toEqual([]);
      for (const uuid of uuids) expect(askedCalls(fleet, uuid).get('round-2/seat-1')).toBe(2);
    }),
  );
});

describe('kill -9', () => {
  test.concurrent('of a worker: its sessions go on elsewhere within 15 s', () =>
    withFleet({}, async (fleet) => {
      const victim = await fleet.readyWorker();
      const { uuids, gate } = await sessionsUnderWay(fleet);
      await fleet.readyWorker();
      const killedAtMs = Date.now();
      await victim.stop('SIGKILL');
      const tooOften = await repeatableCalls(fleet, uuids);
      gate.open();
      await expectAllWell(fleet, uuids);
      const gaps = await gapsAfter(fleet, uuids, () => Promise.resolve(killedAtMs));
      report('kill -9 to the next event', gaps);
      expect(Math.max(...gaps)).toBeLessThan(15_000);
      expect(tooOften()).toEqual([]);
    }),
  );

  test.concurrent('of the only process there is: the next one finishes what it had begun', () =>
    withFleet({ role: 'all' }, async (fleet) => {
      const { uuids, gate } = await sessionsUnderWay(fleet);
      await fleet.apps[0]?.stop('SIGKILL');
      const tooOften = await repeatableCalls(fleet, uuids);
      gate.open();
      await fleet.serve('all');
      await expectAllWell(fleet, uuids);
      expect(tooOften()).toEqual([]);
    }),
  );
});
