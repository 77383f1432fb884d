import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Controller, Get, Post } from '@nestjs/common';
import { Access, Idempotent } from '../../src/http/access.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { ThingsController, thingsOf } from '../support/idempotent-things.js';
import { Caller, type Outcome } from '../support/load.js';
import { expectProblem } from '../support/problem.js';
import { exchangeRaw, request as rawRequest } from '../support/raw-http.js';
import { makeTenant } from '../support/tenants.js';
import { startToyApp } from '../support/http-app.js';

const THINGS = '/toys/things';

let app: ComposedApp;
let caller: Caller;
let key: string;
let name: string;

beforeAll(async () => {
  app = await composeTestApp({ controllers: [ThingsController] });
  caller = new Caller(app.api.baseUrl, BOOTSTRAP_KEY);
});
afterAll(async () => {
  await caller.close();
  await app.close();
});
beforeEach(() => {
  key = randomUUID();
  name = `thing-${randomUUID()}`;
});

const post = (body: object = { name }, headers: Record<string, string> = { 'idempotency-key': key }, path = THINGS) =>
  caller.send({ path, body, headers });
const made = () => thingsOf(app.database, name);
const refuses = ({ status, headers, text }: Outcome, code: Parameters<typeof expectProblem>[1]) =>
  expectProblem({ status: status ?? 0, headers, body: text }, code);

/** Makes a row's time pass. */
const expire = () => app.database.query(`UPDATE idempotency_keys SET expires_at = now() WHERE expires_at > now()`);

describe('a request that is sent again with its key', () => {
  it('has no second effect, and the same answer to the byte', async () => {
    const first = await post({ name, note: 'a “note”\n' });
    const again = await post({ name, note: 'a “note”\n' });
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(first.headers['location']).toBe(`${THINGS}/${(JSON.parse(first.text) as { id: string }).id}`);
    expect(again).toMatchObject({ status: 201, text: first.text });
    const [mine, theirs] = [first, again].map(({ headers: { date: _date, ...rest } }) => rest);
    expect(theirs).toEqual({ ...mine, 'idempotent-replayed': 'true', 'x-request-id': again.headers['x-request-id'] });
    expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await made()).toBe(1);
  });

  it('is known with quotes as without', async () => {
    await post();
    expect((await post({ name }, { 'idempotency-key': `"${key}"` })).headers).toHaveProperty('idempotent-replayed');
  });

  it('is refused when it asks something else, in the body or in the path', async () => {
    await post();
    refuses(await post({ name, note: 'new' }), 'idempotency_mismatch');
    const copy = (id: string) =>
      caller.send({ method: 'POST', path: `${THINGS}/${id}/copies`, headers: { 'idempotency-key': key } });
    expect(await copy(name)).toMatchObject({ status: 201 });
    refuses(await copy('another'), 'idempotency_mismatch');
    expect(await made()).toBe(2);
  });

  it('is another one in another tenant', async () => {
    const tenant = await makeTenant(app.api);
    const theirs = new Caller(app.api.baseUrl, tenant.key);
    const first = await post();
    const second = await theirs.send({ path: THINGS, body: { name }, headers: { 'idempotency-key': key } });
    await theirs.close();
    expect(second.status).toBe(201);
    expect(second.headers).not.toHaveProperty('idempotent-replayed');
    expect(second.text).not.toBe(first.text);
    expect(await made()).toBe(2);
  });

  it('has its effect again when the answer has expired', async () => {
    const first = await post();
    await expire();
    const second = await post({ name, note: 'new' });
    expect(second.status).toBe(201);
    expect(second.headers).not.toHaveProperty('idempotent-replayed');
    expect(second.text).not.toBe(first.text);
    expect((await post({ name, note: 'new' })).text).toBe(second.text);
  });
});

describe('a request without a key', () => {
  it('has its effect each time', async () => {
    const [first, second] = [await post({ name }, {}), await post({ name }, {})];
    expect([first.status, second.status, await made()]).toEqual([201, 201, 2]);
    expect(first.headers['location']).toMatch(/^\/toys\/things\//);
  });

  it('or to a route that knows none, is none of the table', async () => {
    const count = () => app.database.query(`SELECT count(*)::int FROM idempotency_keys`);
    const before = await count();
    expect((await post({ name }, { 'idempotency-key': '' }, `${THINGS}/deaf`)).status).toBe(201);
    await post({ name }, {});
    expect(await count()).toEqual(before);
  });
});

describe('a key that is none', () => {
  const port = () => Number(new URL(app.api.baseUrl).port);
  const authorization = `Bearer ${BOOTSTRAP_KEY}`;

  it.each([
    ['is empty', ''],
    ['is too long', 'k'.repeat(256)],
    ['is not ASCII', 'schlüssel'],
    ['is not closed', '"abc'],
    ['holds a tab', 'a\tb'],
    ['is sent twice', 'abc\r\nidempotency-key: abc'],
  ])('because it %s is refused before the body is read', async (_why, header) => {
    const bytes = rawRequest('POST', THINGS, { authorization, 'idempotency-key': header }, '{"no":');
    const { detail } = expectProblem(await exchangeRaw(port(), bytes), 'invalid_request');
    expect(detail).toMatch(/^Idempotency-Key must be /);
  });

  it('is no concern of those who may not call', async () => {
    const bytes = rawRequest('POST', THINGS, { 'idempotency-key': '' }, '{}');
    expectProblem(await exchangeRaw(port(), bytes), 'unauthorized');
  });

  it('of 255 characters is one', async () => {
    key = 'k'.repeat(255);
    expect((await post()).status).toBe(201);
    expect((await post()).headers).toHaveProperty('idempotent-replayed');
  });
});

@Controller('/wrong')
@Access('member')
class QuestionController {
  @Get()
  @Idempotent()
  ask(): object {
    return {};
  }
}

@Controller('/wrong')
@Access('public')
class OpenController {
  @Post()
  @Idempotent()
  make(): object {
    return {};
  }
}

describe('a mistake of ours', () => {
  it.each(['inside-out', 'without-transaction', 'past-the-runner'])('%s shows at the first call', async (path) => {
    refuses(await post({ name }, { 'idempotency-key': key }, `${THINGS}/${path}`), 'internal_error');
    expect(await made()).toBe(0);
  });

  it.each([QuestionController, OpenController])(
    'on a route where keys mean nothing shows at the start',
    async (wrong) => {
      await expect(startToyApp({ controllers: [wrong], listen: false })).rejects.toMatchObject({
        name: 'StartupFault',
        message: expect.stringContaining('cannot be @Idempotent'),
      });
    },
  );
});
