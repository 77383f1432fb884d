import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Access } from '../../src/http/access.js';
import { SCOPES, type Scope } from '../../src/reliability/context/request-context.js';
import type { Answer } from '../support/client.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { makeClientToken, makeKey, makeTenant, type TestKey, type TestTenant } from '../support/tenants.js';

/** Who may call each route, by the contract. */
const MATRIX: Readonly<Record<string, Access>> = {
  'GET /': 'public',
  'GET /docs': 'public',
  'GET /openapi.json': 'public',
  'GET /problems/:code': 'public',
  'GET /health': 'public',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /health/startup': 'public',
  'GET /metrics': 'public',
  'GET /v1/me': 'member',
  'POST /v1/tenants': 'platform:admin',
  'GET /v1/tenants': 'platform:admin',
  'POST /v1/api-keys': 'tenant:admin',
  'GET /v1/api-keys': 'tenant:admin',
  'DELETE /v1/api-keys/:id': 'tenant:admin',
  'POST /v1/members': 'tenant:admin',
  'GET /v1/members': 'tenant:admin',
  'DELETE /v1/members/:id': 'tenant:admin',
  'PUT /v1/quotas/:feature': 'tenant:admin',
  'GET /v1/quotas': 'tenant:admin',
  'PUT /v1/retention': 'tenant:admin',
  'GET /v1/retention': 'tenant:admin',
  'POST /v1/client-tokens': 'member',
  'POST /v1/usage/reconcile': 'member',
  'POST /v1/usage/reconcile/batch': 'member',
  'GET /v1/usage': 'member',
  'POST /v1/breakdowns': 'member',
  'GET /v1/templates': 'member',
  'POST /v1/projects': 'member',
  'GET /v1/projects': 'member',
  'GET /v1/actions': 'member',
  'GET /v1/actions/:id': 'member',
  'PATCH /v1/actions/:id': 'member',
  'POST /v1/actions/:id/replan': 'member',
  'POST /v1/sessions': 'member',
  'GET /v1/sessions': 'member',
  'GET /v1/sessions/:id': 'member',
  'GET /v1/sessions/:id/events': 'member',
  'GET /v1/sessions/:id/result': 'member',
  'GET /v1/sessions/:id/stream': 'member',
  'POST /v1/stream-tickets': 'member',
  'POST /v1/sessions/:id/start': 'member',
  'POST /v1/sessions/:id/pause': 'member',
  'POST /v1/sessions/:id/resume': 'member',
  'POST /v1/sessions/:id/cancel': 'member',
  'POST /v1/sessions/:id/retry': 'member',
  'GET /v1/league': 'member',
  'POST /v1/chat/completions': 'member',
  'GET /v1/models': 'member',
};

let app: ComposedApp;
let ours: TestTenant;
let credentials: Record<'unknown' | 'revoked' | 'expired' | 'ofRevoked', string>;
const keys = {} as Record<Scope, string>;
let clientToken: string;

beforeAll(async () => {
  app = await composeTestApp();
  ours = await makeTenant(app.api);
  for (const scope of SCOPES) keys[scope] = (await makeKey(app.api, [scope])).key;
  clientToken = await makeClientToken(ours.api, 'device-01');
  const revoked: TestKey = await makeKey(ours.api, ['tenant:admin']);
  const ofRevoked = await makeClientToken(app.api.as(revoked.key), 'device-01');
  const expired = await makeKey(ours.api, ['tenant:admin'], { expires_at: '2999-01-01T00:00:00Z' });
  await app.database.query(`UPDATE system.api_keys SET expires_at = now() - interval '1 s' WHERE id = $1`, [
    expired.uuid,
  ]);
  await ours.api.delete(`/v1/api-keys/${revoked.id}`);
  const elsewhere = await composeTestApp();
  const unknown = (await makeKey(elsewhere.api, ['tenant:admin'])).key;
  await elsewhere.close();
  credentials = { unknown, revoked: revoked.key, expired: expired.key, ofRevoked };
});
afterAll(() => app.close());

const split = (route: string) => route.split(' ') as [string, string];

/** Calls the route with a body that no route takes: what answers before it is looked at is who may call. */
function call(route: string, key: string | null, headers: Record<string, string> = {}): Promise<Answer> {
  const [method, path] = split(route);
  const at = path.replaceAll(/:\w+/g, 'unknown_object');
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { body: { none_of_this: 'is known' } } : {};
  return app.api.call(method, at, { key, headers, ...body });
}

const anonymousProblem = (answer: Answer) => {
  // In OpenAI's shape there is nothing of the request in it.
  if ('error' in answer.body) return answer.body;
  const { request_id, instance, ...same } = answer.body;
  expect([typeof request_id, typeof instance]).toEqual(['string', 'string']);
  return same;
};

it('lists every route that is served and no other, with the access that the contract gives it', () => {
  expect(Object.fromEntries(app.routes.map(({ method, path, access }) => [`${method} ${path}`, access]))).toEqual(
    MATRIX,
  );
});

describe.each(Object.entries(MATRIX))('%s (%s)', (route, access) => {
  if (access === 'public') {
    it('answers anybody, also with credentials that are good for nothing', async () => {
      for (const key of [null, 'junk', credentials.revoked]) {
        const { status } = await call(route, key);
        expect([401, 403]).not.toContain(status);
      }
    });
    return;
  }

  it('gives the same 401 to all whose credentials are none, or no longer', async () => {
    const answers = await Promise.all([
      call(route, null),
      call(route, 'junk'),
      call(route, 'hf_live_junk'),
      call(route, `${keys.member.slice(0, -1)}!`),
      call(route, keys.member.slice(0, -1) + (keys.member.endsWith('0') ? '1' : '0')),
      call(route, 'a.b.c'),
      call(route, credentials.unknown),
      call(route, credentials.revoked),
      call(route, credentials.expired),
      call(route, credentials.ofRevoked),
      call(route, null, { authorization: `Basic ${keys['platform:admin']}` }),
      call(route, null, { authorization: keys['platform:admin'] }),
      call(route, null, { authorization: 'Bearer' }),
      call(route, null, { authorization: `Bearer ${keys['platform:admin']} more` }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      expect(anonymousProblem(answer)).toEqual(anonymousProblem(answers[0]));
    }
  });

  it('gives 403 to who holds less, and lets in who holds as much or more', async () => {
    for (const scope of SCOPES) {
      const { status, body } = await call(route, keys[scope]);
      const enough = SCOPES.indexOf(scope) <= SCOPES.indexOf(access);
      if (enough) expect([401, 403]).not.toContain(status);
      else expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'forbidden' });
    }
  });

  it('takes a client token for no more than a member', async () => {
    const { status } = await call(route, clientToken);
    if (access === 'member') expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });
});
