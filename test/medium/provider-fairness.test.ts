import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HealthDetailsDto } from '../../src/health/dto/health.dto.js';
import { timedBreakdown, type TimedAnswer } from '../support/chain-app.js';
import { CouncilApp } from '../support/council-app.js';
import { Gate } from '../support/gate.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

/** Of eight places at the provider one is kept for whoever holds none; eight may wait for each place. */
const PLACES = 8;
const QUEUE = PLACES * 8;

/** Stands in the tasks of the greedy tenant, whose calls the provider does not answer before it is told to. */
const GREEDY_TASK = 'Repaint the whole fleet';

let council: CouncilApp;
let greedy: TestTenant;
let other: TestTenant;
let gate: Gate;

beforeEach(async () => {
  council = await CouncilApp.start({ env: { LLM_A_MAX_CONCURRENCY: String(PLACES) } });
  [greedy, other] = [await makeTenant(council.api, 'greedy'), await makeTenant(council.api, 'other')];
  gate = new Gate();
});
afterEach(async () => {
  council.heal();
  gate.open();
  await council.close();
});

const breakdown = (tenant: TestTenant, input_text = 'Fix my bike') => timedBreakdown(tenant.api, { input_text });

async function queued(): Promise<number | undefined> {
  const { body } = await council.api.get<HealthDetailsDto>('/health');
  return body.bulkheads['llm a']?.queued;
}

/** A tenant's breakdowns, all asked for at once; the provider holds on to those that reach it. */
async function flood(count: number): Promise<Promise<TimedAnswer>[]> {
  council.a.when((call) => (call.prompt.includes(GREEDY_TASK) ? gate.behaviour : undefined));
  const all = Array.from({ length: count }, () => breakdown(greedy, GREEDY_TASK));
  await until(() => gate.calls.length === PLACES - 1);
  return all;
}

test('a tenant with many breakdowns at a slow provider neither delays nor degrades those of another one', async () => {
  const all = await flood(40);
  for (let time = 0; time < 5; time++) {
    const answer = await breakdown(other);
    expect(answer).toMatchObject({ status: 200, body: { provider: 'a', degraded: false, attempts: 1 } });
  }
  expect(gate.calls).toHaveLength(PLACES - 1);
  const letting = setInterval(() => gate.open(), 20);
  const statuses = new Set((await Promise.all(all)).map(({ status }) => status));
  clearInterval(letting);
  expect(statuses).toEqual(new Set([200]));
});

test('a queue full of one tenant has room for another one, who is served with the next place', async () => {
  const all = await flood(QUEUE + PLACES + 20);
  const answers = Promise.all([breakdown(other), breakdown(other), breakdown(other)]);
  for (const { body } of await answers) expect(body).toMatchObject({ provider: 'a', degraded: false });
  const letting = setInterval(() => gate.open(), 20);
  const degraded = (await Promise.all(all)).filter(({ body }) => body.degraded);
  clearInterval(letting);
  expect(degraded.length).toBeGreaterThanOrEqual(20);
});

test('councils that fill the provider delay no breakdown, not even one of their own tenant', async () => {
  council.meet(/./, gate.behaviour);
  for (let count = 0; count < 12; count++) await council.create({ seats: 9 }, {}, greedy.api);
  await until(() => gate.calls.length === PLACES - 1);
  for (const tenant of [other, greedy, other])
    expect(await breakdown(tenant)).toMatchObject({ status: 200, body: { provider: 'a', degraded: false } });
  expect(gate.calls).toHaveLength(PLACES - 1);
});

test('the next place is for the council of a tenant that has none, and greedy ones wait', async () => {
  council.meet(/./, gate.behaviour);
  for (let count = 0; count < 12; count++) await council.create({ seats: 9 }, {}, greedy.api);
  await until(() => gate.calls.length === PLACES - 1);
  const id = await council.create({ seats: 2 }, {}, other.api);
  await until(async () => (await council.session(id, other.api)).status === 'running');
  await until(async () => (await queued()) === 12 - (PLACES - 1) + 1);
  gate.open(gate.sessions[0]);
  await until(() => gate.sessions.includes(id));
});
