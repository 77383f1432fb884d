import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

const TEMPLATE = 'holdfast_template';

/** A database of a test file's own, migrated and empty. */
export interface TestDatabase {
  /** Owner's URL. */
  readonly url: string;
  /** Runs SQL as the owner. */
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** URL of the run's cluster for its administrator. */
export function clusterUrl(): string {
  const url = process.env['TEST_CLUSTER_URL'];
  if (url === undefined) throw new Error('the global set-up has not run');
  return url;
}

/** A folder that goes with the run. */
export function runFolder(): string {
  const folder = process.env['TEST_FOLDER'];
  if (folder === undefined) throw new Error('the global set-up has not run');
  return folder;
}

/** @param options.template `null` for a database without any schema. */
export async function createTestDatabase(options: { template?: string | null } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  const template = options.template === undefined ? TEMPLATE : options.template;
  await administer(`CREATE DATABASE ${name}${template === null ? '' : ` TEMPLATE ${template}`}`);
  const url = new URL(clusterUrl());
  url.pathname = `/${name}`;
  const client = new Client(url.href);
  client.on('error', () => {});
  await client.connect();
  // One after another: from version 9 on, pg's client takes no query while another is running.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    url: url.href,
    query: async <Row>(text: string, values: unknown[] = []) => {
      const result = turn.then(() => client.query<Row & object>(text, values));
      turn = result.catch(() => {});
      return (await result).rows;
    },
    drop: async () => {
      await client.end().catch(() => {});
      await administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function administer(sql: string): Promise<void> {
  const admin = new Client(clusterUrl());
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}
