import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { EmbeddedPostgres } from '../../src/database/embedded/index.js';
import { startEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { query } from '../support/embedded/query.js';

let dataDir: string;
let postgres: EmbeddedPostgres;
const log: string[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'));
  chmodSync(dataDir, 0o711);
  postgres = await startEmbeddedPostgres({ dataDir, onLog: (line) => log.push(line) });
});

afterEach(async () => {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Kills the backend that runs the statement, as the kernel would when memory runs out; the server then restarts itself. */
async function crashDuring(statement: string): Promise<void> {
  const client = new pg.Client(postgres.url);
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const backend = rows[0]?.pid;
  if (backend === undefined) throw new Error('the backend has no process');
  const broken = client.query(statement).catch((error: unknown) => error);
  const runs = `SELECT 1 FROM pg_stat_activity WHERE pid = ${backend} AND state = 'active' AND query LIKE '%secret%'`;
  while ((await query(postgres.url, runs)).length === 0);
  process.kill(backend, 'SIGKILL');
  await broken;
}

/** The server refuses connections while it recovers. */
async function recovered(): Promise<void> {
  const end = performance.now() + 10_000;
  while (
    !(await query(postgres.url, 'SELECT 1').then(
      () => true,
      () => performance.now() > end,
    ))
  );
}

describe("an embedded Postgres' log", () => {
  test('says what happens to the server, and never what users wrote', async () => {
    await query(postgres.url, 'CREATE TABLE words (word text PRIMARY KEY)', `INSERT INTO words VALUES ('secret')`);
    for (const failing of [`SELECT 'secret'::int`, `INSERT INTO words VALUES ('secret')`, 'SELECT secret']) {
      await expect(query(postgres.url, failing)).rejects.toThrow(/secret|words_pkey/);
    }
    const suicide = query(postgres.url, `SELECT 'secret', pg_terminate_backend(pg_backend_pid())`);
    await expect(suicide).rejects.toThrow(/terminating connection/);
    await crashDuring(`SELECT 'secret', pg_sleep(60)`);
    await recovered();
    expect(log.join('\n')).toContain('was terminated by signal 9');
    expect(log.join('\n')).not.toContain('secret');
    expect(await query(postgres.url, 'SELECT word FROM words')).toEqual([{ word: 'secret' }]);
  });
});
