import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/client.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { composeTestApp } from '../support/composed-app.js';
import { makeClientToken, makeTenant, type TestTenant } from '../support/tenants.js';

let app: TestApp;
let tenant: TestTenant;
let device: ApiClient;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await makeTenant(app.api);
  device = app.api.as(await makeClientToken(tenant.api, 'device-01'));
});
afterAll(() => app.close());

const reconcile = (body: object, api = device) =>
  api.post('/v1/usage/reconcile', { feature: 'chat', local_count: 5, ...body });
const batch = (items: object[], api = device) =>
  api.post<{ items: { server_count: number }[] }>('/v1/usage/reconcile/batch', {
    items: items.map((item) => ({ feature: 'chat', local_count: 5, ...item })),
  });
const stored = () =>
  app.database.query(`SELECT install_id, feature, count::int FROM usage_counters WHERE tenant_id = $1 ORDER BY 1, 2`, [
    tenant.uuid,
  ]);

describe('a device with a token', () => {
  it('need not name itself', async () => {
    expect((await reconcile({ feature: 'unnamed' })).status).toBe(200);
    expect(
      (
        await batch([
          { feature: 'unnamed', local_count: 9 },
          { install_id: 'device-01', feature: 'named' },
        ])
      ).status,
    ).toBe(200);
    expect(await stored()).toEqual([
      { install_id: 'device-01', feature: 'named', count: 5 },
      { install_id: 'device-01', feature: 'unnamed', count: 9 },
    ]);
  });

  it('cannot speak for another one', async () => {
    const before = await stored();
    expect(await reconcile({ install_id: 'device-02' })).toMatchObject({
      status: 403,
      body: { code: 'install_id_mismatch' },
    });
    expect(await batch([{ feature: 'mixed' }, { install_id: 'device-02' }])).toMatchObject({
      status: 403,
      body: { code: 'install_id_mismatch' },
    });
    expect(await stored()).toEqual(before);
  });

  it('is itself to the letter', async () => {
    for (const install_id of ['Device-01', 'device-01 ', 'device-0１'])
      expect((await reconcile({ install_id })).body).toMatchObject({ code: 'install_id_mismatch' });
  });

  it('is still held to the rules of a body', async () => {
    expect((await reconcile({ install_id: 'short' })).status).toBe(422);
  });
});

describe('an API key', () => {
  it('may speak for any device, but must name it', async () => {
    expect((await reconcile({ install_id: 'device-77' }, tenant.api)).status).toBe(200);
    expect(await reconcile({}, tenant.api)).toMatchObject({
      status: 422,
      body: { code: 'validation_error', errors: [{ pointer: '/install_id' }] },
    });
    expect(await batch([{ install_id: 'device-77' }, {}], tenant.api)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/items/1/install_id' }] },
    });
  });
});

describe('the secret that signs', () => {
  it('is made once for all instances, and outlives them', async () => {
    const token = await makeClientToken(tenant.api, 'device-01');
    const second = await composeTestApp({ database: app.database });
    expect((await second.api.get('/v1/me', { key: token })).status).toBe(200);
    await second.close();
    expect(await app.database.query(`SELECT name, octet_length(value) AS bytes FROM system.secrets`)).toEqual([
      { name: 'client-token', bytes: 32 },
    ]);
  });

  it('is the one that an operator sets, where one is set', async () => {
    const second = await composeTestApp({ database: app.database, env: { HOLDFAST_SECRET: 'x'.repeat(32) } });
    const token = await makeClientToken(tenant.api, 'device-01');
    expect((await second.api.get('/v1/me', { key: token })).status).toBe(401);
    await second.close();
  });
});
