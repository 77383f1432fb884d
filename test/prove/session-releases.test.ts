import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/faults.js';
import { answeredCalls, askedTooOften, faultsOf } from '../support/fleet/audit.js';
import { Fleet } from '../support/fleet/fleet.js';
import { Gate } from '../support/fleet/gate.js';
import { anotherRelease, type Release } from '../support/fleet/release.js';
import { uuidOfSession } from '../support/sessions.js';

const PATIENCE_MS = 60_000;
/** An old worker may get the session from under the new one's nose a few times; each time it is parked for longer. */
const SHARED_LINE_MS = 150_000;
const LIMIT_MS = 240_000;

let next: Release;
let later: Release;
beforeAll(() => {
  next = anotherRelease('99.0.0');
  later = anotherRelease('100.0.0', { events: 2 });
});
afterAll(() => {
  next.remove();
  later.remove();
});

let fleet: Fleet;
beforeEach(async () => void (fleet = await Fleet.start()));
afterEach(() => fleet.close());

/** A session all of whose seats are being asked in the second round. */
async function underWay(): Promise<{ id: string; uuid: string; gate: Gate }> {
  const gate = new Gate(fleet.provider, /^round-2\/seat/);
  const { id } = await fleet.session();
  await eventually('all seats are being asked', PATIENCE_MS, () => gate.waiting === 2);
  return { id, uuid: uuidOfSession(id), gate };
}

const versionOf = ({ process }: { process: { stdout: string } }) => /Holdfast (\S+) is ready/.exec(process.stdout)?.[1];
const run = async (uuid: string) => {
  const [row] = await fleet.database.query<{ state: string; stalls: number; fence: number }>(
    'SELECT r.state, r.stalls, s.fence FROM system.runs r JOIN sessions s ON s.id = r.session_id WHERE s.id = $1',
    [uuid],
  );
  return row;
};
const versionsIn = async (uuid: string) => {
  const rows = await fleet.database.query<{ version: number }>(
    `SELECT DISTINCT event_version AS version FROM session_events WHERE session_id = $1 ORDER BY 1`,
    [uuid],
  );
  return rows.map(({ version }) => version);
};

describe('two releases that write the same events', () => {
  test.each([
    ['the old one to the new one', false],
    ['the new one back to the old one', true],
  ])(
    'hand a session from %s, and no call is repeated',
    async (_what, isBack) => {
      const [first, second] = isBack ? [next.main, undefined] : [undefined, next.main];
      const leaving = await fleet.readyWorker({}, first);
      const { uuid, gate } = await underWay();
      const staying = await fleet.readyWorker({}, second);
      expect([leaving, staying].map(versionOf).filter((version) => version === next.version)).toHaveLength(1);
      const left = leaving.stop();
      await pause(200);
      gate.open();
      expect((await left).code).toBe(0);
      await fleet.untilEnded(uuid, PATIENCE_MS);
      expect([await fleet.statusOf(uuid), await faultsOf(fleet, uuid)]).toEqual(['completed', []]);
      expect(askedTooOften(fleet, uuid, [])).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('a release that writes events which the one before cannot read', () => {
  test(
    'leaves a session to the old workers only as long as they need to see that; the next new worker finishes it',
    async () => {
      const first = await fleet.readyWorker({}, later.main);
      const { id, uuid, gate } = await underWay();
      const old = await fleet.readyWorker();
      const answered = await answeredCalls(fleet, uuid);
      await first.stop('SIGKILL');
      gate.open();
      await eventually('the old worker has had it', PATIENCE_MS, async () => (await run(uuid))?.state === 'idle');
      const left = await run(uuid);
      await pause(8_000);
      expect(await run(uuid)).toEqual(left);
      expect(await fleet.statusOf(uuid)).toBe('running');
      expect((await fleet.api.get(`/v1/sessions/${id}/events`)).status).toBe(200);
      expect(old.process.stdout).toContain('later release');

      await fleet.readyWorker({}, later.main);
      await fleet.untilEnded(uuid, SHARED_LINE_MS);
      expect([await fleet.statusOf(uuid), await faultsOf(fleet, uuid)]).toEqual(['completed', []]);
      expect(askedTooOften(fleet, uuid, [answered])).toEqual([]);
      expect(await versionsIn(uuid)).toEqual([2]);
      expect((await fleet.api.get(`/v1/sessions/${id}/result`)).status).toBe(503);
      await fleet.serve('api', {}, later.main);
      expect((await fleet.api.get(`/v1/sessions/${id}/result`)).status).toBe(200);
    },
    LIMIT_MS,
  );

  test(
    'goes on with what the old one has begun',
    async () => {
      const old = await fleet.readyWorker();
      const { uuid, gate } = await underWay();
      await fleet.readyWorker({}, later.main);
      const left = old.stop();
      await pause(200);
      gate.open();
      await left;
      await fleet.untilEnded(uuid, PATIENCE_MS);
      expect([await fleet.statusOf(uuid), await faultsOf(fleet, uuid)]).toEqual(['completed', []]);
      expect(await versionsIn(uuid)).toEqual([1, 2]);
    },
    LIMIT_MS,
  );
});
