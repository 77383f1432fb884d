import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { newUuid, publicId } from '../../src/database/id.js';
import type { SessionDto, SessionListDto } from '../../src/features/sessions/dto/session.dto.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { ApiClient } from '../support/client.js';
import { expectRefused, expectRefusedAt } from '../support/refusal.js';
import { allSessions, madeSession } from '../support/sessions.js';
import { makeTenant } from '../support/tenants.js';

let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ HOLDFAST_ROLE: 'api' })));
afterAll(async () => {
  const alarms = app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  await app.close();
  expect(alarms).toEqual([]);
});

const tenantWith = async (...bodies: object[]): Promise<{ api: ApiClient; made: SessionDto[] }> => {
  const { api } = await makeTenant(app.api);
  const made: SessionDto[] = [];
  for (const body of bodies) made.push(await madeSession(api, body));
  return { api, made };
};
const list = (api: ApiClient, query: string) => api.get<SessionListDto>(`/v1/sessions?${query}`);
const idsOf = (sessions: readonly SessionDto[]) => sessions.map(({ id }) => id);

/** A cursor as somebody would make it who has read the source: it is no secret. */
const forged = (filters: [string, string][], ...position: unknown[]) => {
  const digest = createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 8);
  return Buffer.from(JSON.stringify([digest, ...position])).toString('base64url');
};

describe('a session', () => {
  const routes = (id: string) => [
    ['GET', `/v1/sessions/${id}`],
    ['GET', `/v1/sessions/${id}/events`],
    ['GET', `/v1/sessions/${id}/result`],
    ...['start', 'pause', 'resume', 'cancel', 'retry'].map((action) => ['POST', `/v1/sessions/${id}/${action}`]),
  ];

  test('of another tenant is not there, and is left as it is', async () => {
    const [ours, theirs] = [await tenantWith(), await tenantWith({}, { start: false })];
    for (const { id } of theirs.made)
      for (const [method = '', path = ''] of routes(id)) expectRefused(await ours.api.call(method, path), 'not_found');
    expect(await allSessions(theirs.api)).toEqual(theirs.made.toReversed());
  });

  test.each([
    ['that never was', publicId('ses', newUuid())],
    ['whose id is of another kind', publicId('act', newUuid())],
    ['whose id is cut off', publicId('ses', newUuid()).slice(0, -1)],
    ['whose id goes on', `${publicId('ses', newUuid())}0`],
    ['in capitals', publicId('ses', newUuid()).toUpperCase()],
    ['by its UUID', newUuid()],
    ['called undefined', 'undefined'],
    ['called 😀', '%F0%9F%98%80'],
  ])('%s is not found', async (_what, id) => {
    const { api } = await tenantWith();
    for (const [method = '', path = ''] of routes(id)) expectRefused(await api.call(method, path), 'not_found');
  });
});

describe('the list of sessions', () => {
  test('shows a tenant its own, the newest first', async () => {
    const [ours, theirs] = [await tenantWith({}, {}, { start: false }), await tenantWith({})];
    expect((await list(ours.api, '')).body).toEqual({ data: ours.made.toReversed(), next_cursor: null });
    expect(idsOf(await allSessions(theirs.api))).toEqual(idsOf(theirs.made));
  });

  test('goes page by page, each session once, whatever is made meanwhile', async () => {
    const { api, made } = await tenantWith({}, {}, {}, {}, {});
    const seen: SessionDto[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: SessionListDto } = await list(api, `limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.data);
      cursor = body.next_cursor;
      await madeSession(api);
    }
    expect(idsOf(seen)).toEqual(idsOf(made.toReversed()));
  });

  test('ends where the last page is just full', async () => {
    const { api } = await tenantWith({}, {});
    expect((await list(api, 'limit=2')).body).toMatchObject({ next_cursor: null });
    expect((await list(api, 'limit=1')).body).toMatchObject({ next_cursor: expect.any(String) });
  });

  test('shows those of one status when asked for it', async () => {
    const { api, made } = await tenantWith({}, { start: false }, {});
    const [first, second, third] = idsOf(made);
    expect(idsOf((await list(api, 'status=queued')).body.data)).toEqual([third, first]);
    expect(idsOf((await list(api, 'status=created')).body.data)).toEqual([second]);
    expect((await list(api, 'status=completed')).body).toEqual({ data: [], next_cursor: null });
    for (const status of ['none', '', 'Queued', 'constructor'])
      expectRefusedAt(await list(api, `status=${status}`), '/status');
  });

  test('takes a cursor for the filter that it was made with, and for no other list', async () => {
    const { api } = await tenantWith({}, {}, {});
    const cursor = (await list(api, 'limit=1&status=queued')).body.next_cursor ?? '';
    expect((await list(api, `limit=1&status=queued&cursor=${cursor}`)).status).toBe(200);
    for (const query of ['limit=1', 'limit=1&status=created'])
      expectRefused(await list(api, `${query}&cursor=${cursor}`), 'invalid_cursor');
    const plain = (await list(api, 'limit=1')).body.next_cursor ?? '';
    for (const path of ['/v1/projects', '/v1/actions', '/v1/members', '/v1/league'])
      expectRefused(await api.get(`${path}?cursor=${plain}`), 'invalid_cursor');
  });

  test('takes no cursor that somebody has made up', async () => {
    const { api } = await tenantWith({});
    expect((await list(api, `cursor=${forged([['list', 'sessions']], newUuid())}`)).status).toBe(200);
    for (const position of ['x', '', '\u0000', "' OR true --", publicId('ses', newUuid()), 7, null])
      expectRefused(await list(api, `cursor=${forged([['list', 'sessions']], position)}`), 'invalid_cursor');
  });
});

describe('the events of a session', () => {
  test('are none before it begins', async () => {
    const { api, made } = await tenantWith({ start: false });
    const { headers, body } = await api.get(`/v1/sessions/${made[0]?.id}/events`);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toEqual({ data: [], next_cursor: null });
  });

  test('are asked for with whole numbers, and past the end there are none', async () => {
    const { api, made } = await tenantWith({});
    const events = (query: string) => api.get(`/v1/sessions/${made[0]?.id}/events?${query}`);
    for (const after of ['-1', '1.5', 'x', '', '1e3', 'null', '9007199254740992', '9'.repeat(300)])
      expectRefusedAt(await events(`after=${after}`), '/after');
    for (const after of ['0', '7', '2147483647', '2147483648', '9007199254740991'])
      expect((await events(`after=${after}`)).body).toEqual({ data: [], next_cursor: null });
    for (const limit of ['0', '-1', 'x']) expectRefusedAt(await events(`limit=${limit}`), '/limit');
    for (const cursor of ['x', '', forged([], 1)]) expectRefused(await events(`cursor=${cursor}`), 'invalid_cursor');
  });

  test('take no cursor that somebody has made up', async () => {
    const { api, made } = await tenantWith({});
    const [row] = await app.database.query<{ id: string }>('SELECT id FROM sessions ORDER BY id DESC LIMIT 1');
    const events = (position: unknown) =>
      api.get(
        `/v1/sessions/${made[0]?.id}/events?cursor=${forged(
          [
            ['list', 'events'],
            ['session', row?.id ?? ''],
          ],
          position,
        )}`,
      );
    expect((await events(0)).status).toBe(200);
    for (const position of [-1, 1.5, 2_147_483_648, 1e300, 'x', null])
      expectRefused(await events(position), 'invalid_cursor');
  });
});

describe('the league', () => {
  test('is empty before anybody has voted', async () => {
    const { api } = await tenantWith({});
    expect((await api.get('/v1/league')).body).toEqual({ data: [], next_cursor: null });
  });

  test('takes no cursor that somebody has made up', async () => {
    const { api } = await tenantWith();
    const league = (...position: unknown[]) =>
      api.get(`/v1/league?cursor=${forged([['list', 'league']], ...position)}`);
    expect((await league('a', 'b')).status).toBe(200);
    for (const position of [['x'], ['\u0000', 'x'], ['x', '\ud800'], [1, 2], ['a', 'b', 'c']])
      expectRefused(await league(...position), 'invalid_cursor');
  });
});
