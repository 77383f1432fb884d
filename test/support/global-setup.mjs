// One Postgres for a whole run, and in it one migrated database that every test file copies.
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../dist/src/database/embedded/index.js';
import { Migrator } from '../../dist/src/database/migrator.js';
import { SCHEMA } from '../../dist/src/schema.js';

export const TEMPLATE = 'holdfast_template';

export default async function setUp() {
  const given = process.env.TEST_DATABASE_URL;
  const cluster = given === undefined ? await startCluster() : { url: given, stop: async () => {} };
  globalThis.testCluster = cluster;
  process.env.TEST_CLUSTER_URL = cluster.url;
  await makeTemplate(cluster.url);
}

async function startCluster() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await chmod(folder, 0o711);
  // Durability is what the tests of faults check on servers of their own; here nothing outlives the run anyway.
  const settings = { max_connections: '300', fsync: 'off' };
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings });
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(clusterUrl) {
  const { default: pg } = await import('pg');
  const admin = new pg.Client(clusterUrl);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  const url = new URL(clusterUrl);
  url.pathname = `/${TEMPLATE}`;
  await new Migrator({ url: url.href, schema: SCHEMA }).up();
}
