import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/faults.js';
import { askedCalls, askedOnceMore, faultsOf } from '../support/fleet/audit.js';
import { Fleet } from '../support/fleet/fleet.js';
import { SeededRandom, seedOfRun } from '../support/seeded-random.js';
import { OwnPostgres } from '../support/server-control.js';
import { uuidOfSession } from '../support/sessions.js';

const SESSIONS = 6;
const PATIENCE_MS = 120_000;

let postgres: OwnPostgres;
let fleet: Fleet;
let uuids: string[];

beforeAll(async () => {
  postgres = await OwnPostgres.start();
  const database = { url: postgres.url, query: postgres.query.bind(postgres) };
  fleet = await Fleet.start({ latencyMs: 1_000, database });
  await Promise.all([fleet.readyWorker(), fleet.readyWorker()]);
}, 120_000);

afterAll(async () => {
  await fleet.close();
  await postgres.remove();
});

/** In their first round, on both workers. */
beforeEach(async () => {
  uuids = [];
  for (let made = 0; made < SESSIONS; made++) {
    uuids.push(uuidOfSession((await fleet.session()).id));
    await sleep(150);
  }
  for (const uuid of uuids) await fleet.untilPast(uuid, 1, PATIENCE_MS);
});

/** Whatever the database did, the sessions end well, and nobody has paid twice for an answer that was logged. */
afterEach(async () => {
  const report: string[] = [];
  for (const uuid of uuids) {
    await fleet.untilEnded(uuid, PATIENCE_MS);
    const status = await fleet.statusOf(uuid);
    if (status !== 'completed') report.push(`${uuid} is ${status}`);
    report.push(...(await faultsOf(fleet, uuid)), ...(await askedOnceMore(fleet, uuid)));
  }
  expect(report).toEqual([]);
});

function repeated(): string[] {
  return uuids.flatMap((uuid) => [...askedCalls(fleet, uuid)].flatMap(([key, count]) => (count > 1 ? [key] : [])));
}

async function allEnded(): Promise<void> {
  await Promise.all(uuids.map((uuid) => fleet.untilEnded(uuid, PATIENCE_MS)));
}

async function lockedFor(table: string, ms: number): Promise<void> {
  const holder = await postgres.connect();
  await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  await sleep(ms);
  await holder.end();
}

describe('sessions under way while Postgres', () => {
  test('is restarted: no call is repeated', async () => {
    await postgres.end();
    await sleep(1_000);
    await postgres.begin();
    await allEnded();
    expect(repeated()).toEqual([]);
  });

  test('is killed and started again: no call is repeated', async () => {
    await postgres.kill();
    await postgres.begin();
    await allEnded();
    expect(repeated()).toEqual([]);
  });

  test.each(['system.runs', 'sessions', 'session_events'])(
    'has %s locked for 10 s: no call is repeated',
    async (table) => {
      await lockedFor(table, 10_000);
      await allEnded();
      expect(repeated()).toEqual([]);
    },
  );

  test('has the log locked for a minute: whoever takes over meanwhile takes no session for poison', async () => {
    const locked = lockedFor('session_events', 60_000);
    // As if their workers had died.
    await postgres.query(
      `UPDATE system.runs SET worker = gen_random_uuid(), lease_until = clock_timestamp() WHERE state = 'claimed'`,
    );
    await locked;
    await allEnded();
  });

  test('ends connections at random moments for 20 s', async () => {
    const random = new SeededRandom(seedOfRun());
    process.stdout.write(`TEST_SEED=${random.seed}\n`);
    let ended = 0;
    for (const end = performance.now() + 20_000; performance.now() < end; await sleep(random.int(10, 400))) {
      const rows = await fleet.database.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'holdfast%' AND backend_type = 'client backend'`,
      );
      const chosen = rows.filter(() => random.chance(0.5)).map(({ pid }) => pid);
      ended += (await fleet.database.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [chosen]))
        .length;
    }
    process.stdout.write(`${ended} connections ended\n`);
    expect(ended).toBeGreaterThan(50);
    await eventually('all end', PATIENCE_MS, async () => {
      const open = `SELECT 1 FROM sessions WHERE status NOT IN ('completed', 'failed', 'cancelled')`;
      return (await fleet.database.query(open)).length === 0;
    });
  });
});
