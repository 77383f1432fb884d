import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { uuidOf } from '../../src/database/id.js';
import { ChainApp, timedBreakdown } from '../support/chain-app.js';
import { serverError } from '../support/fake-provider/index.js';
import { Gate } from '../support/gate.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

let chain: ChainApp;
let tenant: TestTenant;
beforeAll(async () => void (chain = await ChainApp.single()));
beforeEach(async () => {
  tenant = await makeTenant(chain.api);
  chain.a.clear();
});
afterAll(() => chain.close());

const ask = (headers: Record<string, string> = {}) => timedBreakdown(tenant.api, {}, { headers });
const chat = (stream: boolean) =>
  tenant.api.post('/v1/chat/completions', { model: 'auto', stream, messages: [{ role: 'user', content: 'Hello' }] });
const limitTo = (feature: string, limit: number | null) => tenant.api.put(`/v1/quotas/${feature}`, { limit });

/** As another process does it: this one hears nothing of it. */
const limitElsewhere = (feature: string, limit: number) =>
  chain.app.database.query(
    `INSERT INTO quotas (tenant_id, feature, "limit") VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id, feature) DO UPDATE SET "limit" = excluded."limit"`,
    [uuidOf('ten', tenant.id), feature, limit],
  );

async function counted(feature = 'breakdown'): Promise<number> {
  const { body } = await tenant.api.get<{ data: { feature: string; count: number }[] }>('/v1/usage');
  return body.data.find((used) => used.feature === feature)?.count ?? 0;
}

const held = () =>
  chain.app.database.query('SELECT FROM usage_reservations WHERE tenant_id = $1', [uuidOf('ten', tenant.id)]);

/** The backends that wait for a lock. */
async function waiting(): Promise<number[]> {
  const rows = await chain.app.database.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return rows.map(({ pid }) => pid);
}

/** What happens while nobody can take a unit. */
async function whileQuotasAreLocked(work: () => Promise<void>): Promise<void> {
  const holder = new Client(chain.app.database.url);
  await holder.connect();
  try {
    await holder.query('BEGIN; LOCK TABLE quotas IN ACCESS EXCLUSIVE MODE');
    await work();
  } finally {
    await holder.end();
  }
}

describe.each([
  ['without a limit', null],
  ['with many units left', 1_001],
])('a call of a tenant that was %s a moment ago', (_name, limit) => {
  beforeEach(async () => {
    await limitTo('breakdown', limit);
    expect((await ask()).status).toBe(200);
    chain.a.clear();
  });

  it('takes its unit afterwards, and is answered then', async () => {
    let answered = false;
    let asked: ReturnType<typeof ask> | undefined;
    await whileQuotasAreLocked(async () => {
      asked = ask();
      void asked.then(() => (answered = true));
      await until(async () => (await waiting()).length === 1);
      expect([chain.a.count, answered]).toEqual([1, false]);
    });
    expect((await asked)?.status).toBe(200);
    expect([await counted(), await held()]).toEqual([2, []]);
  });

  it('gets no answer when there is no unit left then, and is not asked in vain again', async () => {
    await limitElsewhere('breakdown', 1);
    const refused = await ask();
    expect([refused.status, 'code' in refused.body && refused.body.code]).toEqual([429, 'quota_exceeded']);
    expect(refused.headers['retry-after']).toBeDefined();
    expect([await counted(), chain.a.count]).toEqual([1, 1]);
    expect((await ask()).status).toBe(429);
    expect(chain.a.count).toBe(1);
  });

  it('takes the last unit of a limit that is there by then', async () => {
    await limitElsewhere('breakdown', 2);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
    expect(await counted()).toBe(2);
  });

  it('is not begun any more when this process has set a limit that is used up', async () => {
    await limitTo('breakdown', 1);
    expect((await ask()).status).toBe(429);
    expect(chain.a.count).toBe(0);
  });

  it('shares what is left with those that come at the same time', async () => {
    const gate = new Gate();
    chain.a.always(gate.behaviour);
    const asked = Array.from({ length: 12 }, () => ask());
    await until(() => gate.calls.length === 12);
    await limitElsewhere('breakdown', 6);
    gate.open();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    const countOf = (wanted: number) => statuses.filter((status) => status === wanted).length;
    expect([countOf(200), countOf(429)]).toEqual([5, 7]);
    expect([await counted(), await held()]).toEqual([6, []]);
  });

  it('charges nothing when it fails', async () => {
    chain.a.always(serverError());
    expect((await ask()).body.degraded).toBe(true);
    expect([await counted(), await held()]).toEqual([1, []]);
  });

  it('fails when it cannot be counted, and then nobody is asked in vain', async () => {
    await whileQuotasAreLocked(async () => {
      const asked = ask();
      await until(async () => (await waiting()).length === 1);
      for (const pid of await waiting()) await chain.app.database.query('SELECT pg_terminate_backend($1)', [pid]);
      expect((await asked).status).toBe(503);
      const next = ask();
      await until(async () => (await waiting()).length === 1);
      expect(chain.a.count).toBe(1);
      void next;
    });
    await until(async () => (await counted()) === 2);
  });
});

it('a call of a tenant of which nothing is known reserves its unit before', async () => {
  let asked: ReturnType<typeof ask> | undefined;
  await whileQuotasAreLocked(async () => {
    asked = ask();
    await until(async () => (await waiting()).length === 1);
    expect(chain.a.count).toBe(0);
  });
  expect((await asked)?.status).toBe(200);
});

describe('a chat of which the client sees parts', () => {
  it('is not begun before it has its unit when there is a limit, however high', async () => {
    await limitTo('chat', 5_000);
    expect((await chat(true)).status).toBe(200);
    await whileQuotasAreLocked(async () => {
      const asked = chat(true);
      await until(async () => (await waiting()).length === 1);
      expect(chain.a.count).toBe(1);
      void asked;
    });
    await until(async () => (await counted('chat')) === 2);
  });

  it('goes on when a limit is set meanwhile, and counts', async () => {
    expect((await chat(true)).status).toBe(200);
    await limitElsewhere('chat', 1);
    expect((await chat(true)).status).toBe(200);
    expect([await counted('chat'), await held()]).toEqual([2, []]);
  });
});
