import { afterEach, expect, test } from '@jest/globals';
import { newUuid, uuidOf } from '../../src/database/id.js';
import { CAPACITY } from '../../src/features/sessions/run/run-limits.js';
import { CouncilApp, type CouncilAppOptions } from '../support/council-app.js';
import { keyOf } from '../support/council-answers.js';
import { slow } from '../support/fake-provider/index.js';
import { Gate } from '../support/gate.js';
import { typesOf } from '../support/session-log.js';
import { makeTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(options: CouncilAppOptions = {}): Promise<CouncilApp> {
  const council = await CouncilApp.start(options);
  closing.push(() => council.close());
  return council;
}

/** Copies of a session that has not been started, in line one after the other. */
async function queueCopies(council: CouncilApp, id: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => newUuid());
  const { database } = council.app;
  await database.query(
    `INSERT INTO sessions (tenant_id, id, status, digest, epoch, title, goal, constraints, spec)
     SELECT s.tenant_id, c.id, 'queued', s.digest, s.epoch, s.title, s.goal, s.constraints, s.spec
       FROM sessions s, unnest($2::uuid[]) AS c (id) WHERE s.id = $1`,
    [uuidOf('ses', id), ids],
  );
  await database.query(
    `INSERT INTO system.runs (session_id, tenant_id, state, queued_at)
     SELECT c.id, s.tenant_id, 'queued', clock_timestamp()
       FROM sessions s, unnest($2::uuid[]) AS c (id) WHERE s.id = $1`,
    [uuidOf('ses', id), ids],
  );
}

const ROOMY = { LLM_A_MAX_CONCURRENCY: '1000' };

test('a worker takes so many sessions and no more; the next waits, and nobody is put out for it', async () => {
  const council = await started({ env: ROOMY });
  const gate = new Gate();
  council.meet(/^frame$/, gate.behaviour);
  const ids: string[] = [];
  for (let number = 0; number < CAPACITY; number++) ids.push(await council.create({ seats: 2, max_rounds: 1 }));
  await until(() => gate.sessions.length === CAPACITY);
  const last = await council.create({ seats: 2, max_rounds: 1 });
  expect(await council.session(last)).toMatchObject({ status: 'queued', started_at: null });
  gate.open(ids[7]);
  await until(() => gate.sessions.includes(last));
  expect(gate.sessions).toHaveLength(CAPACITY);
  gate.open();
  for (const id of [...ids, last]) expect(await council.ended(id)).toMatchObject({ status: 'completed' });
});

test('a thousand queued sessions of one tenant do not delay the single one of another', async () => {
  const council = await started({ env: ROOMY });
  const gate = new Gate();
  council.meet(/^plan$/, gate.behaviour);
  const other = await makeTenant(council.api, 'the other');
  const model = await council.create({ seats: 2, max_rounds: 1 }, { start: false });
  await queueCopies(council, model, 1_000);
  await until(() => gate.sessions.length === CAPACITY);
  const before = new Set(gate.sessions);
  const ofOther = await council.create({ seats: 2, max_rounds: 1 }, {}, other.api);
  const nextOfOther = await council.create({ seats: 2, max_rounds: 1 }, {}, other.api);
  await until(() => gate.sessions.includes(ofOther));
  gate.open(ofOther);
  expect(await council.ended(ofOther, other.api)).toMatchObject({ status: 'completed' });
  await until(() => gate.sessions.includes(nextOfOther));
  expect(gate.sessions.filter((session) => !before.has(session))).toEqual([nextOfOther]);
  const waiting = await council.app.database.query(`SELECT FROM system.runs WHERE state = 'queued'`);
  expect(waiting).toHaveLength(1_000 - CAPACITY);
  gate.open();
});

test('seats that find all places at a healthy provider taken wait for one; none is absent', async () => {
  const council = await started({ env: { LLM_A_MAX_CONCURRENCY: '2' } });
  council.a.always(slow(5));
  const ids: string[] = [];
  for (let number = 0; number < 6; number++) ids.push(await council.create({ seats: 9, max_rounds: 1 }));
  for (const id of ids) {
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expect(typesOf(await council.log(id))).not.toContain('seat_absent');
    expect(Object.values(council.calls(id)).every((count) => count === 1)).toBe(true);
  }
  expect(council.a.maxInFlight).toBe(2);
  expect(council.a.calls.filter((call) => keyOf(call)?.startsWith('vote/'))).toHaveLength(54);
});
