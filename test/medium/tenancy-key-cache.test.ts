import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { mintKey } from '../../src/features/tenancy/api-key-format.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { makeClientToken, makeKey, makeTenant, type TestTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

const databaseOf = ({ app }: ComposedApp) => app.get(Database, { strict: false });

describe('two instances on one database', () => {
  let here: ComposedApp;
  let there: ComposedApp;
  let tenant: TestTenant;
  beforeAll(async () => {
    here = await composeTestApp();
    there = await composeTestApp({ database: here.database });
    tenant = await makeTenant(here.api);
  });
  afterAll(async () => {
    await there.close();
    await here.close();
  });

  it('know each other’s keys and client tokens at once', async () => {
    const { key } = await makeKey(tenant.api);
    const token = await makeClientToken(here.api.as(key), 'device-01');
    for (const one of [key, token]) expect((await there.api.get('/v1/me', { key: one })).status).toBe(200);
  });

  it('refuse what the other revoked within 5 s, under steady use', async () => {
    const { key, id } = await makeKey(tenant.api);
    const token = await makeClientToken(here.api.as(key), 'device-01');
    const statuses = () =>
      Promise.all([key, token].map(async (one) => (await there.api.get('/v1/me', { key: one })).status));
    expect(await statuses()).toEqual([200, 200]);
    await tenant.api.delete(`/v1/api-keys/${id}`);
    await until(async () => String(await statuses()) === '401,401', 5_000);
  });
});

describe('credentials that cannot be good', () => {
  let app: ComposedApp;
  let tenant: TestTenant;
  beforeAll(async () => {
    app = await composeTestApp();
    tenant = await makeTenant(app.api);
  });
  afterAll(() => app.close());

  /** How often the database was asked while the key was used. */
  async function lookUps(keys: string[]): Promise<number> {
    const query = jest.spyOn(databaseOf(app), 'query');
    try {
      for (const key of keys) expect((await app.api.get('/v1/me', { key })).status).toBe(401);
      // Meanwhile the worker looks for runs.
      return query.mock.calls.filter(([{ name }]) => name?.startsWith('run-') !== true).length;
    } finally {
      query.mockRestore();
    }
  }

  it('are refused without asking the database', async () => {
    const flipped = tenant.key.slice(0, -1) + (tenant.key.endsWith('a') ? 'b' : 'a');
    const [head = '', body = '', tail = ''] = (await makeClientToken(tenant.api, 'device-01')).split('.');
    const junk = [
      'junk',
      'hf_live_',
      flipped,
      tenant.key.toUpperCase(),
      `${tenant.key}x`,
      'x'.repeat(40),
      'x'.repeat(200),
      'x'.repeat(10_000),
      'a.b.c',
      `${head}.${body}.`,
      `${head}.${body}x.${tail}`,
    ];
    expect(await lookUps(junk)).toBe(0);
  });

  it('are looked up once when they are well made, however often they come', async () => {
    const { token } = mintKey('test');
    expect(await lookUps([token, token, token])).toBe(1);
  });
});

describe('while the database is down', () => {
  it('keys in use are good for 4 s more; then it is 503, and never 401', async () => {
    const clock = new ManualClock({ epochMs: Date.now() });
    const app = await composeTestApp({ clock });
    const tenant = await makeTenant(app.api);
    const me = async () => {
      const { status, headers } = await tenant.api.get('/v1/me');
      return { status, retryAfter: headers['retry-after'] };
    };
    expect(await me()).toMatchObject({ status: 200 });
    const name = new URL(app.database.url).pathname.slice(1);
    const other = await composeTestApp();
    await other.database.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await app.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await clock.advance(3_999);
    expect(await me()).toMatchObject({ status: 200 });
    await clock.advance(1);
    const answers: unknown[] = [];
    void me().then((answer) => answers.push(answer));
    await until(async () => {
      await clock.advance(10);
      return answers.length === 1;
    });
    expect(answers[0]).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    await other.database.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await other.close();
    await clock.advance(2_000);
    expect(await me()).toMatchObject({ status: 200 });
    await app.close();
  });
});
