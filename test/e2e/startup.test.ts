import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../src/database/embedded/free-port.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { healthOf, wordFor } from '../support/faults.js';
import { Caller } from '../support/load.js';
import { MAIN } from '../support/process.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';
import { until } from '../support/until.js';

const NO_DATABASE = 'postgres://holdfast:x@127.0.0.1:1/holdfast';

const apps: ControlledApp[] = [];
const folders: string[] = [];
const databases: TestDatabase[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.sweep();
  for (const folder of folders.splice(0)) removeDataDir(folder);
  for (const database of databases.splice(0)) await database.drop();
  for (const server of servers.splice(0)) server.close();
});

function start(env: Record<string, string> = {}, dataDir = emptyFolder()): ControlledApp {
  const app = new ControlledApp(dataDir, env);
  apps.push(app);
  return app;
}

function emptyFolder(): string {
  const folder = makeDataDir();
  folders.push(folder);
  return folder;
}

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase({ template: null });
  databases.push(database);
  return database;
}

async function migratedDatabase(): Promise<string> {
  const database = await createTestDatabase();
  databases.push(database);
  return database.url;
}

/** Listens; undefined where somebody else does already. */
async function occupy(port: number): Promise<number | undefined> {
  const server = createServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!listening) return undefined;
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

async function statusWith(baseUrl: string, key: string): Promise<string> {
  const caller = new Caller(baseUrl, key);
  const answer = await caller.send({ path: '/v1/usage' });
  await caller.close();
  return wordFor(answer);
}

async function expectRefusal(app: ControlledApp, code: number, line: RegExp): Promise<void> {
  expect((await app.process.ended).code).toBe(code);
  expect(app.process.stderr).toMatch(line);
  expect(app.process.stderr).not.toMatch(/ {4}at /);
}

describe('two instances that start at once', () => {
  test('on one empty database migrate it once, make one key, and both serve', async () => {
    const database = await emptyDatabase();
    const env = { DATABASE_URL: database.url, HOLDFAST_BOOTSTRAP_KEY: '' };
    const instances = [start(env), start(env), start(env)];
    const urls = await Promise.all(instances.map((app) => app.process.ready()));
    const files = instances.map(({ dataDir }) => join(dataDir, 'bootstrap-key')).filter((file) => existsSync(file));
    expect(files).toHaveLength(1);
    const [file = ''] = files;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file, 'utf8').trim();
    for (const url of urls) expect(await statusWith(url, key)).toBe('200');
    const [found] = await database.query<{ keys: number; tenants: number; twice: number; done: number }>(
      `SELECT (SELECT count(*)::int FROM system.api_keys) AS keys, (SELECT count(*)::int FROM system.tenants) AS tenants,
              (SELECT count(*)::int FROM system.migrations) AS done,
              (SELECT count(*)::int FROM (SELECT FROM system.migrations GROUP BY name HAVING count(*) > 1) AS t) AS twice`,
    );
    const migrations = readdirSync('migrations').filter((name) => name.endsWith('.ts')).length;
    expect(found).toEqual({ keys: 1, tenants: 1, done: migrations, twice: 0 });
  });

  test('on one data folder: the second one refuses, and the first is unharmed', async () => {
    const first = start();
    const baseUrl = await first.process.ready();
    await expectRefusal(
      start({}, first.dataDir),
      69,
      /^holdfast: another instance of Holdfast owns the data folder .*\n$/,
    );
    expect(await statusWith(baseUrl, BOOTSTRAP_KEY)).toBe('200');
    expect((await first.stop()).code).toBe(0);
  });

  test('without a PORT find a port each', async () => {
    const env = { PORT: '', DATABASE_URL: await migratedDatabase() };
    const urls = await Promise.all([start(env), start(env), start(env)].map((app) => app.process.ready()));
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) expect(await statusWith(url, BOOTSTRAP_KEY)).toBe('200');
  });
});

describe('the port', () => {
  test('that was asked for and is taken is a fault, found before a database is started', async () => {
    const port = await occupy(0);
    const app = start({ PORT: String(port) });
    await expectRefusal(app, 69, new RegExp(`^holdfast: Port ${port} on 127\\.0\\.0\\.1 is in use\\. .*\n$`));
    expect(readdirSync(app.dataDir)).toEqual([]);
  });

  test('is the next free one, and printed, when none was asked for and 3000 is taken', async () => {
    // Somebody else may hold it on this machine: that is as good.
    await occupy(3000);
    const baseUrl = await start({ PORT: '', DATABASE_URL: await migratedDatabase() }).process.ready();
    const { port, hostname } = new URL(baseUrl);
    expect(hostname).toBe('127.0.0.1');
    expect(Number(port)).toBeGreaterThan(3000);
    expect(Number(port)).toBeLessThanOrEqual(3100);
    expect(await statusWith(baseUrl, BOOTSTRAP_KEY)).toBe('200');
  });
});

// Only Linux has a device that is always full.
describe('standard output on a full disk', () => {
  (existsSync('/dev/full') ? test : test.skip)('keeps nobody from being served', async () => {
    const port = await freePort();
    const command = ['/bin/sh', '-c', `exec '${process.execPath}' '${MAIN}' >/dev/full`];
    const app = new ControlledApp(emptyFolder(), { PORT: String(port) }, { command });
    apps.push(app);
    // The line that says where it serves is what cannot be written.
    await until(async () => (await statusWith(`http://127.0.0.1:${port}`, BOOTSTRAP_KEY)) === '200');
    expect(await app.stop()).toMatchObject({ code: 0 });
  });
});

describe('the configuration', () => {
  test('with faults is refused with 78 and a list of all of them, before anything is touched', async () => {
    const secret = 'short-secret';
    const app = start({ PORT: '70000', LOG_LEVEL: 'loud', DATABASE_POOL_SIZE: '1', HOLDFAST_SECRET: secret });
    await expectRefusal(app, 78, /^holdfast: The configuration has 4 faults:\n/);
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_POOL_SIZE', 'HOLDFAST_SECRET'])
      expect(app.process.stderr).toContain(`  - ${name}: `);
    expect(app.process.stderr).not.toContain(secret);
    expect(readdirSync(app.dataDir)).toEqual([]);
  });

  test('for production needs a DATABASE_URL', async () => {
    await expectRefusal(start({ NODE_ENV: 'production' }), 78, /DATABASE_URL: must be set when NODE_ENV is production/);
  });

  test('that names a wrong password is refused at once, without the password', async () => {
    const url = new URL(await migratedDatabase());
    url.password = 'wrong-password';
    const app = start({ DATABASE_URL: url.href });
    await expectRefusal(
      app,
      78,
      /^holdfast: The database refuses the user or password in DATABASE_URL\. Correct them\.\n$/,
    );
    expect(app.process.stderr + app.process.stdout).not.toContain('wrong-password');
  });
});

describe('a role in the database', () => {
  const login = `login_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(6).toString('hex');
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(`CREATE ROLE ${login} LOGIN PASSWORD '${password}' IN ROLE holdfast_app`);
    await database.query(`ALTER ROLE ${login} SET role = 'holdfast_app'`);
    await database.query(`CREATE SCHEMA mine; GRANT USAGE ON SCHEMA mine TO holdfast_app`);
  });
  afterAll(async () => {
    await database.query(`DROP ROLE ${login}`);
    await database.drop();
  });

  /** As behind a pooler: what a connection says itself does not arrive. */
  const pooled = () => {
    const url = new URL(database.url);
    [url.username, url.password] = [login, password];
    return start({ DATABASE_URL: url.href, DATABASE_DIRECT_URL: database.url });
  };

  test('behind a pooler that looks for names elsewhere first is refused, and told what to set', async () => {
    await database.query(`ALTER ROLE ${login} SET search_path = mine, public`);
    const told = `^holdfast: The search_path begins with schema "mine", .*ALTER ROLE ${login} SET search_path = public\\.\n$`;
    await expectRefusal(pooled(), 78, new RegExp(told));
    await database.query(`ALTER ROLE ${login} SET search_path = public`);
    expect(await statusWith(await pooled().process.ready(), BOOTSTRAP_KEY)).toBe('200');
  });

  test('that options in DATABASE_URL name and nobody has made is refused at once', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c role=nobody_has_made_it');
    await expectRefusal(
      start({ DATABASE_URL: url.href }),
      78,
      /^holdfast: The database refuses the options in DATABASE_URL/,
    );
  });
});

test('a database out of reach is tried again after 1, 4 and 16 s; nothing else has to keep the process alive', async () => {
  const app = start({ DATABASE_URL: NO_DATABASE });
  await app.process.printed(/next attempt in 1 s"/);
  await app.process.printed(/next attempt in 4 s"/);
  await app.process.printed(/next attempt in 16 s"/);
  expect((await app.stop()).code).toBe(0);
});

describe('a worker', () => {
  test('serves health and metrics, and no other route', async () => {
    const baseUrl = await start({ HOLDFAST_ROLE: 'worker', DATABASE_URL: await migratedDatabase() }).process.ready();
    const caller = new Caller(baseUrl, BOOTSTRAP_KEY);
    for (const path of ['/health', '/health/live', '/health/ready', '/health/startup', '/metrics'])
      expect({ path, word: wordFor(await caller.send({ path })) }).toEqual({ path, word: '200' });
    for (const path of ['/v1/usage', '/v1/tenants', '/v1/members', '/v1/api-keys', '/v1/quotas', '/v1/templates'])
      expect({ path, word: wordFor(await caller.send({ path })) }).toEqual({ path, word: '404 not_found' });
    expect(await healthOf(baseUrl)).toMatchObject({ status: 'ok', role: 'worker', database: 'up' });
    await caller.close();
  });
});
