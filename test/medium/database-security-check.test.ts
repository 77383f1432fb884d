import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { assertTenantsAreIsolated } from '../../src/database/security-check.js';
import { clusterUrl } from '../support/database.js';
import { openDatabaseRoom, type DatabaseRoom } from '../support/database-room.js';

/** Roles belong to the cluster, so those of this file have names of their own. */
const LOGIN = `login_${randomBytes(6).toString('hex')}`;

let room: DatabaseRoom;
beforeAll(async () => {
  room = await openDatabaseRoom();
  await room.owner.query(`CREATE ROLE ${LOGIN} LOGIN PASSWORD 'secret' IN ROLE holdfast_app`);
});
afterEach(() => room.owner.query('DROP TABLE IF EXISTS careless'));
afterAll(async () => {
  await room.owner.query(`DROP OWNED BY ${LOGIN}`);
  await room.owner.query(`DROP ROLE ${LOGIN}`);
  await room.close();
});

async function checkAs(url: URL): Promise<void> {
  const dataSource = new DataSource({ type: 'postgres', url: url.href, poolSize: 1 });
  await dataSource.initialize();
  try {
    await assertTenantsAreIsolated(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function loginUrl(): URL {
  const url = new URL(room.owner.url);
  [url.username, url.password] = [LOGIN, 'secret'];
  return url;
}

const refusal = (message: string) => ({
  name: 'StartupFault',
  exitCode: 78,
  message: expect.stringContaining(message),
});

describe('the check before serving', () => {
  it('passes for the role of pooled connections, and for a login that is in it', async () => {
    await assertTenantsAreIsolated(room.dataSource);
    await checkAs(loginUrl());
  });

  it('refuses a superuser', async () => {
    const url = new URL(room.owner.url);
    expect(url.username).toBe(new URL(clusterUrl()).username);
    await expect(checkAs(url)).rejects.toMatchObject(refusal('is a superuser'));
  });

  it('refuses a role with BYPASSRLS', async () => {
    await room.owner.query(`ALTER ROLE ${LOGIN} BYPASSRLS`);
    await expect(checkAs(loginUrl())).rejects.toMatchObject(refusal(`role ${LOGIN} has BYPASSRLS`));
    await room.owner.query(`ALTER ROLE ${LOGIN} NOBYPASSRLS`);
  });

  it('refuses a role that can become the writer, who sees every tenant', async () => {
    await room.owner.query(`GRANT holdfast_writer TO ${LOGIN}`);
    await expect(checkAs(loginUrl())).rejects.toMatchObject(refusal(`role ${LOGIN} is a member of holdfast_writer`));
    await room.owner.query(`REVOKE holdfast_writer FROM ${LOGIN}`);
  });

  it.each([
    ['without row-level security', ''],
    ['whose row-level security does not bind its owner', 'ALTER TABLE careless ENABLE ROW LEVEL SECURITY'],
    ['with forced, but disabled, row-level security', 'ALTER TABLE careless FORCE ROW LEVEL SECURITY'],
  ])('refuses a table %s', async (_how, sql) => {
    await room.owner.query(`CREATE TABLE careless (tenant_id uuid)`);
    if (sql !== '') await room.owner.query(sql);
    await expect(assertTenantsAreIsolated(room.dataSource)).rejects.toMatchObject(
      refusal('table public.careless lacks forced row-level security'),
    );
  });

  it("refuses a table that belongs to the application's role", async () => {
    await room.owner.query(`CREATE TABLE careless (tenant_id uuid)`);
    await room.owner.query(`ALTER TABLE careless ENABLE ROW LEVEL SECURITY`);
    await room.owner.query(`ALTER TABLE careless FORCE ROW LEVEL SECURITY`);
    await room.owner.query(`ALTER TABLE careless OWNER TO holdfast_app`);
    const message = "table public.careless belongs to the application's role";
    await expect(assertTenantsAreIsolated(room.dataSource)).rejects.toMatchObject(refusal(message));
    await expect(checkAs(loginUrl())).rejects.toMatchObject(refusal(message));
  });

  it('names every fault at once', async () => {
    await room.owner.query(`CREATE TABLE careless (tenant_id uuid)`);
    await room.owner.query(`ALTER ROLE ${LOGIN} BYPASSRLS`);
    const fault: unknown = await checkAs(loginUrl()).catch((error: unknown) => error);
    await room.owner.query(`ALTER ROLE ${LOGIN} NOBYPASSRLS`);
    expect(fault).toMatchObject(refusal('BYPASSRLS'));
    expect(fault).toMatchObject(refusal('careless'));
  });
});
