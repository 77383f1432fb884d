import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { publicId } from '../../src/database/id.js';
import { eventually } from '../support/faults.js';
import { askedCalls, askedOnceMore, faultsOf } from '../support/fleet/audit.js';
import { Fleet } from '../support/fleet/fleet.js';
import { chargedSessions } from '../support/fleet/outcome.js';
import { SeededRandom, seedOfRun } from '../support/seeded-random.js';
import type { ControlledApp } from '../support/server-control-app.js';
import { uuidOfSession } from '../support/sessions.js';

const SESSIONS = 100;
const WORKERS = 3;
const STORM_MS = 120_000;
const KILL_EVERY_MS = 2_000;
/** A session makes at least 14 calls one after the other: the storm meets each one several times. */
const COUNCIL = { seats: 3, max_rounds: 5, quorum: 2 };
const LATENCY_MS = 1_000;
const AFTERWARDS_MS = 5 * 60_000;

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start({ latencyMs: LATENCY_MS });
}, 60_000);

afterAll(() => fleet.close());

/** How many kills each call was in flight at, by its id. */
class InFlight {
  readonly kills = new Map<string, number>();

  async note(): Promise<void> {
    const rows = await fleet.database.query<{ key: string }>(
      `SELECT session_id || '/' || call_key AS key FROM session_events WHERE call_key IS NOT NULL`,
    );
    const answered = new Set(rows.map(({ key }) => key));
    for (const uuid of uuids)
      for (const key of askedCalls(fleet, uuid).keys()) {
        const id = `${uuid}/${key}`;
        if (!answered.has(id)) this.kills.set(id, (this.kills.get(id) ?? 0) + 1);
      }
  }
}

const uuids: string[] = [];

async function allEnded(): Promise<void> {
  const open = `SELECT 1 FROM sessions WHERE status NOT IN ('completed', 'failed', 'cancelled')`;
  await eventually('all are at their end', AFTERWARDS_MS, async () => {
    await sleep(500);
    return (await fleet.database.query(open)).length === 0;
  });
}

test(`${SESSIONS} sessions on ${WORKERS} workers, one of which is killed every 2 s for 2 minutes, all end well`, async () => {
  const random = new SeededRandom(seedOfRun());
  process.stdout.write(`TEST_SEED=${random.seed}\n`);
  const inFlight = new InFlight();
  const workers: ControlledApp[] = await Promise.all(Array.from({ length: WORKERS }, () => fleet.readyWorker()));
  const making = Array.from({ length: SESSIONS }, async (_, index) => {
    await sleep((index * STORM_MS) / 2 / SESSIONS);
    uuids.push(uuidOfSession((await fleet.session(COUNCIL)).id));
  });
  let kills = 0;
  for (const end = performance.now() + STORM_MS; performance.now() < end; kills++) {
    await sleep(KILL_EVERY_MS);
    const victim = random.int(0, WORKERS - 1);
    await workers[victim]?.process.stop('SIGKILL');
    await inFlight.note();
    workers[victim] = fleet.worker();
  }
  await Promise.all(making);
  await allEnded();
  const failures = `SELECT id, failure_code AS code FROM sessions WHERE status <> 'completed'`;
  const failed = await fleet.database.query<{ id: string; code: string | null }>(failures);
  // Whoever loses three workers in a row without an event between them looks like poison. A retry shows that it is not.
  expect(failed.filter(({ code }) => code !== 'poisoned')).toEqual([]);
  for (const { id } of failed)
    expect((await fleet.api.post(`/v1/sessions/${publicId('ses', id)}/retry`, undefined)).status).toBe(202);
  await allEnded();
  expect(await fleet.database.query(failures)).toEqual([]);
  const faults: string[] = [];
  let repeats = 0;
  for (const uuid of uuids) {
    faults.push(...(await faultsOf(fleet, uuid)), ...(await askedOnceMore(fleet, uuid)));
    for (const [key, count] of askedCalls(fleet, uuid)) {
      repeats += count - 1;
      const most = 1 + (inFlight.kills.get(`${uuid}/${key}`) ?? 0);
      if (count > most) faults.push(`${uuid} ${key} was asked ${count} times, not ${most}`);
    }
  }
  process.stdout.write(
    `${kills} kills, ${fleet.provider.count} calls, ${repeats} of them repeated, ${failed.length} sessions retried\n`,
  );
  expect(faults).toEqual([]);
  expect(await chargedSessions(fleet)).toBe(SESSIONS);
});
