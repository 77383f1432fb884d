import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import type { Answer } from '../support/client.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { makeClientToken, makeKey, makeTenant, type TestTenant } from '../support/tenants.js';

/** Long enough for every algorithm, so that nothing but the algorithm is wrong. */
const SECRET = 'the secret of client tokens in these tests, '.repeat(2);
const NOW_MS = Date.UTC(2026, 10, 5, 12, 0, 0, 250);
const NOW_S = Math.floor(NOW_MS / 1000);

let app: ComposedApp;
let clock: ManualClock;
let tenant: TestTenant;
let keyId: string;

beforeAll(async () => {
  clock = new ManualClock({ epochMs: NOW_MS });
  app = await composeTestApp({ clock, env: { HOLDFAST_SECRET: SECRET } });
  tenant = await makeTenant(app.api);
  [{ id: keyId } = { id: '' }] = await app.database.query<{ id: string }>(
    'SELECT id FROM system.api_keys WHERE tenant_id = $1',
    [tenant.uuid],
  );
});
afterAll(() => app.close());

const mint = (body: object, key = tenant.key) =>
  app.api.post<{ token: string; expires_at: string }>(
    '/v1/client-tokens',
    { install_id: 'device-01', ...body },
    { key },
  );
const me = (key: string): Promise<Answer> => app.api.get('/v1/me', { key });

describe('a client token', () => {
  it('says for whom, by which key, how far and until when', async () => {
    const { status, body } = await mint({ ttl_seconds: 60 });
    expect(status).toBe(201);
    expect(body).toEqual({ token: expect.any(String), expires_at: '2026-11-05T12:01:00.000Z' });
    expect(decodeProtectedHeader(body.token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decodeJwt(body.token)).toEqual({
      iss: 'holdfast',
      aud: 'holdfast',
      sub: 'device-01',
      tid: tenant.uuid,
      kid: keyId,
      scopes: ['member'],
      iat: NOW_S,
      exp: NOW_S + 60,
      jti: expect.stringMatching(/^tok_/),
    });
    expect((await me(body.token)).body).toMatchObject({
      scope: 'member',
      install_id: 'device-01',
      tenant_id: tenant.id,
    });
  });

  it('lives an hour unless told otherwise, and is never the same twice', async () => {
    const [first, second] = await Promise.all([mint({}), mint({})]);
    expect(first.body.expires_at).toBe('2026-11-05T13:00:00.000Z');
    expect(first.body.token).not.toBe(second.body.token);
  });

  it('ends to the second', async () => {
    const { token } = (await mint({ ttl_seconds: 1 })).body;
    expect((await me(token)).status).toBe(200);
    await clock.advance(749);
    expect((await me(token)).status).toBe(200);
    await clock.advance(1);
    expect((await me(token)).status).toBe(401);
    await clock.advance(-750);
  });

  it.each([
    [{ ttl_seconds: 1 }, 201],
    [{ ttl_seconds: 3600 }, 201],
    [{ ttl_seconds: 0 }, 422],
    [{ ttl_seconds: 3601 }, 422],
    [{ ttl_seconds: 1.5 }, 422],
    [{ ttl_seconds: '60' }, 422],
    [{ scopes: ['member'] }, 201],
    [{ scopes: ['tenant:admin'] }, 422],
    [{ scopes: ['member', 'platform:admin'] }, 422],
    [{ scopes: [] }, 422],
    [{ install_id: '1234567' }, 422],
    [{ install_id: '12345678' }, 201],
    [{ install_id: '😀'.repeat(128) }, 201],
    [{ install_id: '😀'.repeat(129) }, 422],
    [{ install_id: '😀'.repeat(7) }, 422],
  ])('asked for with %j is answered %i', async (body, status) => {
    expect((await mint(body)).status).toBe(status);
  });

  it('cannot make another one', async () => {
    const token = await makeClientToken(tenant.api, 'device-01');
    const answer = await mint({}, token);
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it('never reaches above a member, whatever key made it', async () => {
    const token = await makeClientToken(app.api, 'device-01');
    expect((await me(token)).body).toMatchObject({ scope: 'member' });
    for (const path of ['/v1/tenants', '/v1/api-keys', '/v1/members', '/v1/quotas'])
      expect((await app.api.get(path, { key: token })).status).toBe(403);
  });
});

describe('the key behind a token', () => {
  it('takes the token with it when it is revoked', async () => {
    const key = await makeKey(tenant.api);
    const token = await makeClientToken(app.api.as(key.key), 'device-01');
    expect((await me(token)).status).toBe(200);
    await tenant.api.delete(`/v1/api-keys/${key.id}`);
    expect((await me(token)).status).toBe(401);
  });

  it('ends the token when it ends itself, and the token says so', async () => {
    const key = await makeKey(tenant.api, ['member'], { expires_at: new Date(NOW_MS + 10_400).toISOString() });
    const { body } = await mint({}, key.key);
    const { exp = 0 } = decodeJwt(body.token);
    expect(exp * 1000).toBeLessThanOrEqual(NOW_MS + 10_400);
    expect(Date.parse(body.expires_at)).toBe(exp * 1000);
  });
});

describe('a token that is not ours as we made it', () => {
  const good = (): JWTPayload => ({
    iss: 'holdfast',
    aud: 'holdfast',
    sub: 'device-01',
    tid: tenant.uuid,
    kid: keyId,
    scopes: ['member'],
    iat: NOW_S,
    exp: NOW_S + 60,
    jti: 'tok_1',
  });
  const signed = (claims: JWTPayload, alg = 'HS256', secret = SECRET) =>
    new SignJWT(claims).setProtectedHeader({ alg }).sign(createSecretKey(Buffer.from(secret)));
  const without = (claim: string) => {
    const { [claim]: _left, ...rest } = good();
    return signed(rest);
  };
  const rsa = () =>
    new SignJWT(good())
      .setProtectedHeader({ alg: 'RS256' })
      .sign(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

  it('is taken when it is: what the others differ from', async () => {
    expect((await me(await signed(good()))).status).toBe(200);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['unsigned (alg none)', () => new UnsecuredJWT(good()).encode()],
    ['signed with RS256', rsa],
    ['signed with HS512', () => signed(good(), 'HS512')],
    ['signed with HS384', () => signed(good(), 'HS384')],
    ['signed with another secret', () => signed(good(), 'HS256', 'x'.repeat(32))],
    ['expired', () => signed({ ...good(), exp: NOW_S })],
    ['for another audience', () => signed({ ...good(), aud: 'elsewhere' })],
    ['of another issuer', () => signed({ ...good(), iss: 'elsewhere' })],
    ['not valid yet', () => signed({ ...good(), nbf: NOW_S + 60 })],
    ['of another tenant than its key', () => signed({ ...good(), tid: '00000000-0000-7000-8000-000000000000' })],
    ['of a key that is not there', () => signed({ ...good(), kid: '00000000-0000-7000-8000-000000000000' })],
    ['of a key that is no UUID', () => signed({ ...good(), kid: 'nothing' })],
    ['of a key that is no text', () => signed({ ...good(), kid: 7 })],
    ['for no install', () => signed({ ...good(), sub: '' })],
    ['without an end', () => without('exp')],
    ['without an id', () => without('jti')],
    ['without an install', () => without('sub')],
    ['without a tenant', () => without('tid')],
    ['without a key', () => without('kid')],
    ['without an audience', () => without('aud')],
    ['spelt with padding', async () => `${await signed(good())}=`],
    ['whose last character is another one for the same bytes', async () => misspelt(await signed(good()))],
    [
      'with claims changed under its signature',
      async () => {
        const [head, , tail] = (await signed(good())).split('.');
        const claims = Buffer.from(JSON.stringify({ ...good(), sub: 'device-02' })).toString('base64url');
        return [head, claims, tail].join('.');
      },
    ],
  ])('%s is refused as if there were none', async (_what, make) => {
    const { request_id: _ours, ...problem } = (await me(await make())).body;
    const { request_id: _theirs, ...anonymous } = (await app.api.get('/v1/me', { key: null })).body;
    expect(problem).toEqual(anonymous);
    expect(problem).toMatchObject({ status: 401 });
  });
});

/** The last character of a signature of 32 bytes stands for four bits and two that are no part of it. */
function misspelt(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1];
}
