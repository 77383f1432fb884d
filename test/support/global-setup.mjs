// One Postgres for a whole run, and in it one migrated database that every test file copies.
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../dist/src/database/embedded/index.js';
import { Migrator } from '../../dist/src/database/migrator.js';
import { SCHEMA } from '../../dist/src/schema.js';

export const TEMPLATE = 'holdfast_template';

export default async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await chmod(folder, 0o711);
  // What tests put here goes with the run, also what a failing one leaves.
  process.env.TEST_FOLDER = folder;
  const given = process.env.TEST_DATABASE_URL;
  const cluster = given === undefined ? await startCluster(folder) : { url: given, stop: async () => {} };
  globalThis.endTestRun = async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  };
  process.env.TEST_CLUSTER_URL = cluster.url;
  await makeTemplate(cluster.url);
}

function startCluster(folder) {
  // Durability is what the tests of faults check on servers of their own; here nothing outlives the run anyway.
  const settings = { max_connections: '300', fsync: 'off' };
  return startEmbeddedPostgres({ dataDir: join(folder, 'cluster'), settings });
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
