import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { fingerprintOf } from '../../src/reliability/idempotency/fingerprint.js';
import { lookupOf, unseal } from '../../src/reliability/idempotency/sealing.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { ThingsController } from '../support/idempotent-things.js';
import { Caller } from '../support/load.js';

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

const post = (body: object = { name }, headers: Record<string, string> = { 'idempotency-key': key }) =>
  caller.send({ path: THINGS, body, headers });

/** Makes a row's time pass. */
const expire = () => app.database.query(`UPDATE idempotency_keys SET expires_at = now() WHERE expires_at > now()`);

describe('the table of idempotency keys', () => {
  it('shows neither key nor answer, and its answer opens with the key alone', async () => {
    key = `canarykey${randomUUID()}`;
    const body = { name, note: `canarynote${randomUUID()}` };
    const { text } = await post(body);
    type Row = { whole: string; lookup: Buffer; answer: Buffer; tenant_id: string };
    const rows = await app.database.query<Row>(`SELECT k::text AS whole, k.* FROM idempotency_keys k`);
    const hex = (plain: string) => Buffer.from(plain).toString('hex');
    for (const plain of [key, body.note, name, 'location'])
      for (const { whole } of rows) expect(whole.includes(plain) || whole.includes(hex(plain))).toBe(false);
    const route = `POST ${THINGS}`;
    const fingerprint = fingerprintOf({ route, url: THINGS, body: Buffer.from(JSON.stringify(body)) });
    const candidates = rows.map((row) => ({ row, asked: { key, route, fingerprint, tenantId: row.tenant_id } }));
    const found = candidates.find(({ row, asked }) => row.lookup.equals(lookupOf(asked)));
    if (!found) throw new Error('the request is not in the table');
    const { row, asked } = found;
    expect(Buffer.from(unseal(row.answer, asked)).toString()).toContain(text);
    const wrong = { ...asked, key: `${key}x` };
    expect(() => unseal(row.answer, wrong)).toThrow('unable to authenticate');
  });

  it('keeps an answer for a day', async () => {
    await expire();
    await post();
    const kept = await app.database.query(
      `SELECT round(extract(epoch FROM expires_at - now()) / 60)::int AS minutes FROM idempotency_keys WHERE expires_at > now()`,
    );
    expect(kept).toEqual([{ minutes: 24 * 60 }]);
  });

  it('is cleared of what has expired, a few rows at a time', async () => {
    await app.database.query(`DELETE FROM idempotency_keys`);
    for (let count = 0; count < 12; count++) await post({ name }, { 'idempotency-key': randomUUID() });
    await expire();
    const counts: unknown[] = [];
    for (let turn = 0; turn < 3; turn++) {
      await post({ name }, { 'idempotency-key': randomUUID() });
      counts.push(...(await app.database.query(`SELECT count(*)::int FROM idempotency_keys`)));
    }
    expect(counts).toEqual([{ count: 5 }, { count: 2 }, { count: 3 }]);
  });
});
