import { Client } from 'pg';
import { runningEmbeddedPostgres } from '../src/database/embedded/index.js';
import { callApi } from './support/api.js';
import { compare, note, percentile, print, rounded } from './support/figures.js';
import { jsonPosts, loadHttp, type LoadResult } from './support/http-load.js';
import { removeFolder, startServer, temporaryFolder, type BenchServer } from './support/server.js';

/**
 * Durable reconciles per second over HTTP, 64 in flight, 50 tenants, a quota set, over single-row upserts per second of
 * a bare pg loop with 20 connections and prepared statements on the same server. fsync and synchronous_commit are on.
 */
const RUNS = 7;
const DURATION_MS = 4_000;
const IN_FLIGHT = 64;
const TENANTS = 50;
const INSTALLS = 20;
const LOOP_CONNECTIONS = 20;

const folder = await temporaryFolder();
const server = await startServer(folder);
try {
  const url = await runningEmbeddedPostgres(server.dataDir);
  if (url === undefined) throw new Error('the database does not run');
  const loop = await openLoop(url);
  const keys = await makeTenants(server);
  const latencies: number[] = [];
  let count = 0;
  const reconcile = async (): Promise<number> => {
    const result = await loadReconciles(server.port, keys, () => (count += 1));
    latencies.push(percentile(result.latencies, 0.99));
    return result.perSecond;
  };
  note('warming up');
  await upserts(loop);
  await reconcile();
  const figures = await compare(RUNS, () => upserts(loop), reconcile);
  print({
    name: 'reconcile',
    ...figures,
    unit: 'reconciles/s over upserts/s',
    runs: RUNS,
    p99_ms: rounded(Math.max(...latencies)),
    settings: await durability(loop),
  });
  await Promise.all(loop.map((client) => client.end()));
} finally {
  await server.stop();
  await removeFolder(folder);
}

async function openLoop(url: string): Promise<Client[]> {
  const clients = Array.from({ length: LOOP_CONNECTIONS }, () => new Client(url));
  await Promise.all(clients.map((client) => client.connect()));
  await clients[0]?.query(
    `CREATE TABLE public.bench_upserts (tenant_id int, feature text, period date, install_id text, count bigint,
       PRIMARY KEY (tenant_id, feature, period, install_id))`,
  );
  return clients;
}

async function upserts(clients: Client[]): Promise<number> {
  const startedMs = performance.now();
  const endMs = startedMs + DURATION_MS;
  let done = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < endMs) {
        const n = (done += 1);
        await client.query({
          name: 'upsert',
          text: `INSERT INTO public.bench_upserts AS b VALUES ($1, 'breakdown', '2026-11-01', $2, $3)
                 ON CONFLICT (tenant_id, feature, period, install_id) DO UPDATE SET count = greatest(b.count, excluded.count)
                 RETURNING count`,
          values: [n % TENANTS, `device-${String(n % (TENANTS * INSTALLS)).padStart(6, '0')}`, n],
        });
      }
    }),
  );
  return done / ((performance.now() - startedMs) / 1000);
}

async function loadReconciles(port: number, keys: readonly string[], next: () => number): Promise<LoadResult> {
  const posts = keys.map((key) => jsonPosts('/v1/usage/reconcile', { authorization: `Bearer ${key}` }));
  const result = await loadHttp({
    port,
    connections: IN_FLIGHT,
    durationMs: DURATION_MS,
    request: () => {
      const n = next();
      const install_id = `device-${String(n % (TENANTS * INSTALLS)).padStart(6, '0')}`;
      const body = JSON.stringify({ install_id, feature: 'breakdown', local_count: n });
      return posts[n % TENANTS]?.(body) ?? '';
    },
  });
  if (result.failed > 0) throw new Error(`${result.failed} reconciles failed`);
  return result;
}

async function makeTenants({ port, key }: BenchServer): Promise<string[]> {
  return Promise.all(
    Array.from({ length: TENANTS }, async (_, index) => {
      const made = await callApi(port, key, 'POST', '/v1/tenants', { name: `tenant ${index}` });
      const tenantKey = String(made['api_key']);
      await callApi(port, tenantKey, 'PUT', '/v1/quotas/breakdown', { limit: 1_000_000_000 });
      return tenantKey;
    }),
  );
}

async function durability([client]: readonly Client[]): Promise<Record<string, string>> {
  const read = async (name: string): Promise<string> => {
    const result = await client?.query<Record<string, string>>(`SHOW ${name}`);
    return result?.rows[0]?.[name] ?? '';
  };
  return { fsync: await read('fsync'), synchronous_commit: await read('synchronous_commit') };
}
