import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newUuid, publicId } from '../../src/database/id.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { expectRefused, expectRefusedAt } from '../support/refusal.js';
import { allSessions, createSession, GOAL, madeSession } from '../support/sessions.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';

let app: TestApp;
let tenant: TestTenant;
beforeAll(async () => {
  // Takes no runs: what is created stays as it was created.
  app = await startTestApp({ HOLDFAST_ROLE: 'api' });
  tenant = await makeTenant(app.api);
});
afterAll(async () => {
  const alarms = app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  await app.close();
  expect(alarms).toEqual([]);
});

const create = (body: object) => createSession(tenant.api, body);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a session that is created', () => {
  test('is answered with all that there is to it, and where it stands', async () => {
    const { status, headers, body } = await create({});
    expect({ status, location: headers['location'] }).toEqual({ status: 201, location: `/v1/sessions/${body.id}` });
    expect(body).toEqual({
      id: expect.stringMatching(/^ses_/),
      title: GOAL,
      goal: GOAL,
      status: 'queued',
      stage: null,
      round: 0,
      council: { seats: expect.any(Array), max_rounds: 4, quorum: 3 },
      project_id: null,
      attempt: 1,
      recoverable: false,
      failure: null,
      last_sequence: 0,
      usage: { calls: 0, input_tokens: 0, output_tokens: 0 },
      created_at: expect.stringMatching(/Z$/),
      started_at: null,
      finished_at: null,
    });
    expect((await tenant.api.get(headers['location'] ?? '')).body).toEqual(body);
  });

  test('has seats that differ in persona, each with the model that speaks for it', async () => {
    const { council } = await madeSession(tenant.api, { council: { seats: 9 } });
    expect(council.seats.map(({ seat }) => seat)).toEqual(Array.from({ length: 9 }, (_, at) => `seat-${at + 1}`));
    expect(new Set(council.seats.map(({ persona }) => persona)).size).toBe(9);
    expect(new Set(council.seats.map(({ model }) => model))).toEqual(new Set(['offline/offline-planner-1']));
  });

  test('waits to be started when it is told to', async () => {
    expect((await create({ start: false })).body).toMatchObject({ status: 'created', started_at: null });
    expect((await create({ start: true })).body).toMatchObject({ status: 'queued' });
  });

  test.each([
    [2, 2],
    [4, 3],
    [5, 3],
    [9, 5],
  ])('of %d seats has a quorum of %d unless told otherwise', async (seats, quorum) => {
    expect((await create({ council: { seats } })).body.council).toMatchObject({ quorum });
  });
});

describe('texts', () => {
  test.each(['a', 'ü', '😀', '\u0301'])('a goal of %p has 10 to 10,000 code points', async (character) => {
    for (const length of [10, 10_000]) expect((await create({ goal: character.repeat(length) })).status).toBe(201);
    for (const length of [9, 10_001]) expectRefusedAt(await create({ goal: character.repeat(length) }), '/goal');
  });

  test('a goal must be there, and be text', async () => {
    expectRefusedAt(await tenant.api.post('/v1/sessions', {}), '/goal');
    for (const goal of [null, 7, [GOAL], { text: GOAL }]) expectRefusedAt(await create({ goal }), '/goal');
  });

  test('a context has 51,200 bytes, whatever its characters take', async () => {
    for (const context of ['', 'a'.repeat(51_200), 'ü'.repeat(25_600), '😀'.repeat(12_800)])
      expect((await create({ context })).status).toBe(201);
    for (const context of ['a'.repeat(51_201), `${'ü'.repeat(25_600)}a`, '😀'.repeat(12_801), null, 7])
      expectRefusedAt(await create({ context }), '/context');
  });

  test('there are 10 constraints of 500 code points', async () => {
    const longest = '😀'.repeat(500);
    expect((await create({ constraints: [] })).status).toBe(201);
    expect((await create({ constraints: times(10, longest) })).status).toBe(201);
    expectRefusedAt(await create({ constraints: times(11, 'a') }), '/constraints');
    expectRefusedAt(await create({ constraints: ['a', `${longest}a`] }), '/constraints/1');
    for (const one of ['', 7, null]) expectRefusedAt(await create({ constraints: ['a', one] }), '/constraints/1');
    for (const constraints of ['a', null, { 0: 'a' }]) expectRefusedAt(await create({ constraints }), '/constraints');
  });

  test('none of them may hold what Postgres cannot store', async () => {
    const nul = `${GOAL}\u0000`;
    expectRefusedAt(await create({ goal: nul }), '/goal');
    expectRefusedAt(await create({ context: nul }), '/context');
    expectRefusedAt(await create({ constraints: [nul] }), '/constraints/0');
    expectRefusedAt(await create({ project_id: 'prj_\u0000' }), '/project_id');
  });
});

describe('the council', () => {
  test.each([
    ['seats', 2, 9],
    ['max_rounds', 1, 6],
  ])('has %s from %d to %d', async (field, least, most) => {
    for (const value of [least, most]) expect((await create({ council: { [field]: value } })).status).toBe(201);
    for (const value of [least - 1, most + 1, least + 0.5, String(least), null, [least], true])
      expectRefusedAt(await create({ council: { [field]: value } }), `/council/${field}`);
  });

  test('has a quorum from 1 to all of its seats', async () => {
    for (const council of [{ quorum: 1 }, { quorum: 5 }, { seats: 2, quorum: 2 }, { seats: 9, quorum: 9 }])
      expect((await create({ council })).body.council).toMatchObject({ quorum: council.quorum });
    for (const council of [{ quorum: 0 }, { quorum: 6 }, { seats: 2, quorum: 3 }, { seats: 9, quorum: 10 }])
      expectRefusedAt(await create({ council }), '/council/quorum');
  });

  test('is an object and knows no other field', async () => {
    expect((await create({ council: {} })).status).toBe(201);
    for (const council of [null, [], 'large', 5]) expectRefusedAt(await create({ council }), '/council');
    expectRefusedAt(await create({ council: { rounds: 2 } }), '/council/rounds');
  });
});

describe('the project', () => {
  const project = async (api = tenant.api) =>
    (await api.post<{ id: string }>('/v1/projects', { name: 'Bakery' })).body.id;

  test('is one of the tenant', async () => {
    const project_id = await project();
    expect((await create({ project_id })).body).toMatchObject({ project_id });
  });

  test('is refused when there is none, or it is of another tenant, and no session is made', async () => {
    const foreign = await project((await makeTenant(app.api)).api);
    const never = publicId('prj', newUuid());
    const before = await allSessions(tenant.api);
    for (const project_id of [foreign, never, 'prj_x', 'ses_x', '', 'x'.repeat(65), null, 7])
      expectRefusedAt(await create({ project_id }), '/project_id');
    expect(await allSessions(tenant.api)).toEqual(before);
  });
});

describe('the body', () => {
  const padded = (bytes: number) => {
    const json = JSON.stringify({ goal: GOAL, start: false });
    return json.slice(0, -1) + ' '.repeat(bytes - json.length) + '}';
  };

  test('has 131,072 bytes and not one more', async () => {
    const send = (bytes: number) => tenant.api.call('POST', '/v1/sessions', { raw: padded(bytes) });
    expect((await send(131_072)).status).toBe(201);
    expectRefused(await send(131_073), 'payload_too_large');
  });

  test('knows no other field, and takes no other type for one', async () => {
    expectRefusedAt(await create({ title: 'x' }), '/title');
    expectRefusedAt(await create({ status: 'completed' }), '/status');
    for (const start of ['false', 0, null]) expectRefusedAt(await create({ start }), '/start');
    expectRefused(await tenant.api.call('POST', '/v1/sessions'), 'invalid_json');
  });
});
