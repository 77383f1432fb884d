import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import { ok } from '../support/fake-provider/index.js';
import { uuidOfSession } from '../support/sessions.js';
import { StatementCount } from '../support/statement-count.js';
import { until } from '../support/until.js';

/** The smallest council that asks a provider ten times: frame, two rounds, facilitator, votes, synthesis, plan. */
const TEN_CALLS = { seats: 2, max_rounds: 3 };

/**
 * What such a session takes when it is alone: it is made, and begins with that; then ten answers, the last of which ends it. Two
 * seats that answer at the same moment may share a write.
 */
const MOST_ALONE = 1 + 10;
/** What shares a statement when many are under way: answers always, claims and announcements mostly. */
const MANY = 20;
const MOST_OF_MANY = 8;

let council: CouncilApp;
let count: StatementCount;
beforeAll(async () => {
  council = await CouncilApp.start();
  council.meet(/facilitator/, ok({ score: 0.95, novelty: 0.1 }));
  count = StatementCount.begin();
  // The first one of a process also learns who asks.
  await ended(await council.create(TEN_CALLS));
});
beforeEach(() => count.clear());
afterAll(async () => {
  count.end();
  await council.close();
});

/** Asks the database itself: a look through the API would count. */
async function ended(...ids: readonly string[]): Promise<void> {
  const uuids = ids.map((id) => uuidOfSession(id));
  const sql = `SELECT FROM sessions WHERE id = ANY ($1) AND status = 'completed'`;
  await until(async () => (await council.app.database.query(sql, [uuids])).length === ids.length);
}

test('a session of ten calls takes no more round trips than it needs, and each of them is a commit', async () => {
  const id = await council.create(TEN_CALLS);
  await ended(id);
  expect(Object.values(council.calls(id))).toEqual(Array.from({ length: 10 }, () => 1));
  expect(count.statements.length).toBeGreaterThan(0);
  expect(count.statements.slice(MOST_ALONE)).toEqual([]);
  expect(count.commits).toBe(count.statements.length);
});

test('sessions that are under way at the same time share them', async () => {
  const ids = await Promise.all(Array.from({ length: MANY }, () => council.create(TEN_CALLS)));
  await ended(...ids);
  expect(count.statements.length / MANY).toBeLessThanOrEqual(MOST_OF_MANY);
});

test('a key costs one round trip more, which holds it for the others to see', async () => {
  const body = { goal: 'Open a second bakery in the old station by June', start: false };
  const post = () => council.api.post('/v1/sessions', body, { headers: { 'idempotency-key': 'one-of-a-kind' } });
  expect((await post()).status).toBe(201);
  // Of the sessions before, others may be told just now.
  const own = count.statements.filter((text) => !text.includes('pg_notify'));
  expect(own).toEqual([expect.stringContaining('idempotency_claim('), expect.stringContaining('session_create(')]);
});
