import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { Database } from '../../src/database/database.js';
import { LEASE_MS, RENEW_MS } from '../../src/features/sessions/run/run-limits.js';
import { RunQueueRepository, type LeaseTerms, type RunKey } from '../../src/queue/run-queue.repository.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

/** The first bytes of a pooled connection: other ones have longer names. */
const POOLED = 'application_name\0holdfast\0';
const RENEWAL = /run[-_]renew/;

let server: Server;
let database: TestDatabase;
let composed: ComposedApp;
let queue: RunQueueRepository;
let run: RunKey & LeaseTerms;

/** Of which connections the next ones fall silent, and how many of them. */
let silences: { readonly where: string | RegExp; left: number } | undefined;
const sockets = new Set<Socket>();

/** Stands between the application and Postgres: a connection on which the text is sent gets no more answers. */
function standBetween(client: Socket): void {
  const { hostname, port } = new URL(database.url);
  const upstream = connect(Number(port), hostname);
  for (const socket of [client, upstream]) {
    sockets.add(socket);
    socket.on('error', () => {});
  }
  let isSilent = false;
  client.on('data', (bytes) => {
    if (silences && silences.left > 0 && !isSilent && bytes.toString('latin1').search(silences.where) >= 0) {
      silences.left -= 1;
      isSilent = true;
    }
    upstream.write(bytes);
  });
  upstream.on('data', (bytes) => {
    if (!isSilent) client.write(bytes);
  });
  client.once('close', () => upstream.destroy());
  upstream.once('close', () => client.destroy());
}

function sever(): void {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
}

/** Until the pool has none of them left. */
async function severPooled(): Promise<void> {
  sever();
  const { dataSource } = composed.app.get<Database, { dataSource: DataSource }>(Database, { strict: false });
  const { master } = dataSource.driver as unknown as { master: Pool };
  await until(() => master.totalCount === 0);
}

beforeAll(async () => {
  database = await createTestDatabase();
  server = createServer(standBetween);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  composed = await composeTestApp({ database, env: { DATABASE_URL: url.href, HOLDFAST_ROLE: 'api' } });
  queue = composed.app.get(RunQueueRepository, { strict: false });
});
beforeEach(async () => {
  silences = undefined;
  await database.query(
    `WITH made AS (
       INSERT INTO sessions (tenant_id, id, status, title, goal, constraints, spec, epoch, digest)
       VALUES ($1, gen_random_uuid(), 'queued', 't', 'g', '[]', '{}', 'abcdefgh', decode(repeat('00', 32), 'hex'))
       RETURNING id
     )
     INSERT INTO system.runs (session_id, tenant_id, state, queued_at) SELECT id, $1, 'queued', now() FROM made`,
    [randomUUID()],
  );
  const terms = { worker: randomUUID(), leaseMs: LEASE_MS };
  const [claimed] = await queue.claim(terms, 1);
  if (!claimed) throw new Error('the run was not claimed');
  run = { ...claimed, ...terms };
});
afterAll(async () => {
  await composed.close();
  sever();
  await new Promise((resolve) => server.close(resolve));
  await database.drop();
});

describe('a renewal', () => {
  it.each([
    ['whose connections fall silent', RENEWAL, false],
    ['for which no connection comes to stand', POOLED, true],
  ])('%s is made a third time, and still within the lease', async (_what, where, isSevered) => {
    if (isSevered) await severPooled();
    silences = { where, left: 2 };
    const startedMs = performance.now();
    const held = await queue.renew(run, [run]);
    expect(held).toMatchObject([{ sessionId: run.sessionId, fence: run.fence }]);
    expect(silences.left).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(LEASE_MS - RENEW_MS);
  });

  it('on a database that stays silent has been tried three times when its lease ends', async () => {
    silences = { where: RENEWAL, left: 100 };
    const startedMs = performance.now();
    await expect(queue.renew(run, [run])).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(silences.left).toBe(97);
    expect(performance.now() - startedMs).toBeLessThan(LEASE_MS - RENEW_MS);
  });
});
