import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded/index.js';
import { Migrator } from '../../src/database/migrator.js';
import { SCHEMA } from '../../src/schema.js';
import { catalogOf } from '../support/catalog.js';
import { composeTestApp } from '../support/composed-app.js';
import type { TestDatabase } from '../support/database.js';

/** Roles belong to a cluster, and these tests are about who makes them: they need a cluster where there are none yet. */
let folder: string;
let cluster: EmbeddedPostgres;
let admin: Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-roles-'));
  await chmod(folder, 0o711);
  cluster = await startEmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  admin = new Client(cluster.url);
  admin.on('error', () => {});
  await admin.connect();
  await admin.query(`CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'secret'`);
  await admin.query(`CREATE ROLE lodger LOGIN PASSWORD 'secret'`);
  await admin.query(`CREATE ROLE clerk LOGIN PASSWORD 'secret'`);
});
afterAll(async () => {
  await admin.end();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

const urlFor = (login: string, database: string) => {
  const url = new URL(cluster.url);
  [url.username, url.password, url.pathname] = [login, 'secret', `/${database}`];
  return url.href;
};

/** A database of the owner's. */
async function databaseOf(owner: string): Promise<TestDatabase & { name: string }> {
  const name = `db_of_${owner}_${randomBytes(4).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name} OWNER ${owner}`);
  const client = new Client(urlFor(owner, name));
  client.on('error', () => {});
  await client.connect();
  return {
    name,
    url: urlFor(owner, name),
    query: async <Row>(text: string, values: unknown[] = []) => (await client.query<Row & object>(text, values)).rows,
    drop: () => client.end(),
  };
}

async function serves(database: TestDatabase, env: Record<string, string>): Promise<void> {
  const app = await composeTestApp({ database, env });
  const report = { install_id: 'device-01', feature: 'chat', local_count: 3 };
  expect((await app.api.put('/v1/quotas/chat', { limit: 10 })).status).toBe(200);
  expect((await app.api.post('/v1/usage/reconcile', report)).body).toMatchObject({ effective_remaining: 7 });
  await app.close();
}

describe('an owner that may make roles, but is no superuser', () => {
  it('migrates an empty cluster, and serves under the role that it made', async () => {
    const database = await databaseOf('keeper');
    await serves(database, {});
    await database.drop();
  });

  it.each([
    ['has a schema of its own name', ''],
    ['finds other names than ours by default', 'ALTER DATABASE "$database" SET search_path = elsewhere'],
  ])('migrates and serves where it %s', async (_where, setting) => {
    const database = await databaseOf('keeper');
    await database.query('CREATE SCHEMA keeper');
    await database.query('CREATE SCHEMA elsewhere');
    if (setting !== '') await database.query(setting.replace('$database', database.name));
    await serves(database, {});
    await database.drop();
  });

  it('migrates a second database of the same cluster', async () => {
    const database = await databaseOf('keeper');
    await serves(database, {});
    await database.drop();
  });

  it('migrates for an application that has a login of its own', async () => {
    const database = await databaseOf('keeper');
    const env = { DATABASE_URL: urlFor('clerk', database.name), DATABASE_MIGRATION_URL: database.url };
    await serves(database, env);
    await serves(database, { ...env, HOLDFAST_MIGRATE: 'off' });
    await database.drop();
  });

  it('keeps no right to write for all tenants', async () => {
    const database = await databaseOf('keeper');
    await new Migrator({ url: database.url, schema: SCHEMA }).up();
    await database.drop();
    const { rows } = await admin.query(
      `SELECT member::regrole::text FROM pg_auth_members
        WHERE roleid = 'holdfast_writer'::regrole AND (inherit_option OR set_option)`,
    );
    expect(rows).toEqual([]);
  });

  it('can take everything back, and do it again', async () => {
    const database = await databaseOf('keeper');
    const migrator = new Migrator({ url: database.url, schema: SCHEMA });
    await migrator.up();
    const before = await catalogOf(database);
    for (const _ of SCHEMA.migrations) await migrator.down();
    await migrator.up();
    expect(await catalogOf(database)).toEqual(before);
    await database.drop();
  });
});

describe('an owner that may not do what migrating needs', () => {
  it('is told so', async () => {
    const database = await databaseOf('lodger');
    await expect(new Migrator({ url: database.url, schema: SCHEMA }).up()).rejects.toMatchObject({
      name: 'StartupFault',
      exitCode: 78,
      message: expect.stringContaining('DATABASE_MIGRATION_URL'),
    });
    await database.drop();
  });

  it('is told that a database of another encoding cannot keep every text, before anything is written', async () => {
    const name = `latin_${randomBytes(4).toString('hex')}`;
    await admin.query(
      `CREATE DATABASE ${name} OWNER keeper ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
    );
    const url = urlFor('keeper', name);
    for (const act of ['up', 'upIfPending'] as const) {
      await expect(new Migrator({ url, schema: SCHEMA })[act]()).rejects.toMatchObject({
        name: 'StartupFault',
        exitCode: 78,
        message: expect.stringMatching(/LATIN1.*UTF8/),
      });
    }
    const client = new Client(url);
    await client.connect();
    expect((await client.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'system'`)).rowCount).toBe(0);
    await client.end();
  });

  it('is told where to look when the server speaks no TLS', async () => {
    const database = await databaseOf('keeper');
    const url = `${database.url}?sslmode=verify-full`;
    await expect(new Migrator({ url, schema: SCHEMA }).upIfPending()).rejects.toMatchObject({
      name: 'StartupFault',
      exitCode: 78,
      message: expect.stringMatching(/does not support SSL.*sslmode.*DATABASE_URL/),
    });
    await database.drop();
  });

  it('is told what the server does not understand of its URL', async () => {
    const database = await databaseOf('keeper');
    const url = `${database.url}?options=-c%20no_such_setting%3D1`;
    await expect(new Migrator({ url, schema: SCHEMA }).upIfPending()).rejects.toMatchObject({
      name: 'StartupFault',
      exitCode: 78,
      message: expect.stringMatching(/no_such_setting.*options.*DATABASE_URL/),
    });
    await database.drop();
  });

  it('is told what is wrong with its password', async () => {
    const database = await databaseOf('lodger');
    const wrong = database.url.replace('secret', 'guess');
    await expect(composeTestApp({ database, env: { DATABASE_URL: wrong } })).rejects.toMatchObject({
      name: 'StartupFault',
      exitCode: 78,
      message: expect.stringContaining('password'),
    });
    await database.drop();
  });
});
