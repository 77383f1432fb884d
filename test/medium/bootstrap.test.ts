import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintKey } from '../../src/features/tenancy/api-key-format.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { AppProcess } from '../support/process.js';

let database: TestDatabase;
let dataDir: string;
const apps: ComposedApp[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  dataDir = join(await mkdtemp(join(tmpdir(), 'holdfast-bootstrap-')), 'data');
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  await database.drop();
  await rm(join(dataDir, '..'), { recursive: true, force: true });
});
afterAll(() => expect(apps).toEqual([]));

const start = async (env: Record<string, string> = {}) => {
  const app = await composeTestApp({
    database,
    env: { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_BOOTSTRAP_KEY: '', ...env },
  });
  apps.push(app);
  return app;
};
const keyFile = () => join(dataDir, 'bootstrap-key');
const counts = async () => {
  const [row] = await database.query(
    `SELECT (SELECT count(*)::int FROM system.tenants) AS tenants, (SELECT count(*)::int FROM system.api_keys) AS keys`,
  );
  return row;
};
const me = async ({ api }: ComposedApp, key: string) => (await api.get('/v1/me', { key })).body;

describe('the first start on an empty database', () => {
  it('makes one tenant and one key with all scopes, in a file for its owner alone', async () => {
    const app = await start();
    const text = await readFile(keyFile(), 'utf8');
    expect(text).toMatch(/^hf_test_[0-9a-z]{26}_[0-9A-Za-z]{36}\n$/);
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['bootstrap-key']);
    expect(await me(app, text.trim())).toMatchObject({ scope: 'platform:admin' });
    expect(await counts()).toEqual({ tenants: 1, keys: 1 });
    expect(await database.query(`SELECT name, scopes FROM system.api_keys`)).toEqual([
      { name: 'bootstrap', scopes: ['platform:admin', 'tenant:admin', 'member'] },
    ]);
    expect(app.logLines.join('')).not.toContain(text.trim());
    expect(app.logLines.join('')).toContain(keyFile());
  });

  it('that can write no key says what to do, and the next one makes it', async () => {
    const env = { NODE_ENV: 'test', PORT: '0', DATABASE_URL: database.url, HOLDFAST_DATA_DIR: '/dev/null/data' };
    const server = new AppProcess(env);
    expect((await server.ended).code).toBe(69);
    expect(server.stderr).toMatch(/^holdfast: .*\/dev\/null\/data\/bootstrap-key \(ENOTDIR\).*HOLDFAST_DATA_DIR.*\n$/);
    expect(await counts()).toEqual({ tenants: 0, keys: 0 });
    await start();
    expect(await counts()).toEqual({ tenants: 1, keys: 1 });
  });

  it('leaves no wider mode on a file that was there', async () => {
    await start();
    await apps.splice(0)[0]?.close();
    await chmod(keyFile(), 0o644);
    await writeFile(keyFile(), 'an old one');
    await database.query('DELETE FROM system.api_keys; DELETE FROM system.tenants');
    const app = await start();
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    expect(await me(app, (await readFile(keyFile(), 'utf8')).trim())).toMatchObject({ scope: 'platform:admin' });
  });

  it('by several at once makes one tenant and one key, which all of them take', async () => {
    const dirs = ['one', 'two', 'three'].map((name) => join(dataDir, name));
    const started = await Promise.all(dirs.map((dir) => start({ HOLDFAST_DATA_DIR: dir })));
    expect(await counts()).toEqual({ tenants: 1, keys: 1 });
    const files = await Promise.all(
      dirs.map((dir) => readFile(join(dir, 'bootstrap-key'), 'utf8').catch(() => undefined)),
    );
    const [key, ...others] = files.filter((file) => file !== undefined);
    expect(others).toEqual([]);
    for (const app of started) expect(await me(app, key?.trim() ?? '')).toMatchObject({ scope: 'platform:admin' });
  });

  it('by several at once with a given key takes that one everywhere', async () => {
    const HOLDFAST_BOOTSTRAP_KEY = 'given-key-of-several-instances-0123456789';
    const started = await Promise.all([1, 2, 3].map(() => start({ HOLDFAST_BOOTSTRAP_KEY })));
    expect(await counts()).toEqual({ tenants: 1, keys: 1 });
    for (const app of started) expect(await me(app, HOLDFAST_BOOTSTRAP_KEY)).toMatchObject({ scope: 'platform:admin' });
  });
});

describe('HOLDFAST_BOOTSTRAP_KEY', () => {
  it.each([
    ['of 32 characters', 'k'.repeat(32)],
    ['of 200 characters', 'k'.repeat(200)],
    ['of every kind of character', 'ABCxyz019_-ABCxyz019_-ABCxyz019_-'],
    ['that is a key of ours', mintKey('live').token],
    ['that looks like one, but for its checksum', mintKey('live').token.slice(0, -1)],
    ['that begins like one', `hf_live_${'z'.repeat(40)}`],
  ])('%s is taken as it is, and written nowhere', async (_what, key) => {
    const app = await start({ HOLDFAST_BOOTSTRAP_KEY: key });
    expect(await me(app, key)).toMatchObject({ scope: 'platform:admin' });
    expect((await app.api.get('/v1/me', { key: `${key.slice(0, -1)}!` })).status).toBe(401);
    await expect(stat(keyFile())).rejects.toMatchObject({ code: 'ENOENT' });
    expect(app.logLines.join('')).not.toContain(key);
  });

  it('is ignored with a warning once there is a key, and the first one goes on', async () => {
    const [first, second] = ['first-key-of-this-installation-0123456', 'second-key-of-this-installation-012345'];
    await start({ HOLDFAST_BOOTSTRAP_KEY: first });
    const later = await start({ HOLDFAST_BOOTSTRAP_KEY: second });
    expect((await later.api.get('/v1/me', { key: second })).status).toBe(401);
    expect((await later.api.get('/v1/me', { key: first })).status).toBe(200);
    expect(later.logLines.join('')).toContain('HOLDFAST_BOOTSTRAP_KEY is ignored');
    expect(later.logLines.join('')).not.toContain(second);
  });

  it('is ignored also when every key was revoked: a restart gives nobody back what was taken', async () => {
    await start();
    await database.query('UPDATE system.api_keys SET revoked_at = now()');
    const later = await start({ HOLDFAST_BOOTSTRAP_KEY: 'k'.repeat(40) });
    expect((await later.api.get('/v1/me', { key: 'k'.repeat(40) })).status).toBe(401);
  });
});

describe('migrate', () => {
  it('where the database cannot be reached says what to do', async () => {
    const env = {
      NODE_ENV: 'test',
      DATABASE_URL: 'postgres://holdfast:x@127.0.0.1:1/holdfast',
      HOLDFAST_DATA_DIR: dataDir,
    };
    const program = new AppProcess(env, { program: 'migrate', args: [] });
    expect((await program.ended).code).toBe(69);
    expect(program.stderr).toMatch(/^holdfast: .*cannot be reached.*DATABASE_URL.*\n$/);
  });

  it('with a word that it does not know changes nothing: whoever asks for help does not ask for a step back', async () => {
    const done = () => database.query('SELECT name FROM system.migrations ORDER BY name');
    const before = await done();
    const env = { NODE_ENV: 'test', DATABASE_URL: database.url, HOLDFAST_DATA_DIR: dataDir };
    for (const args of [['down', '--help'], ['sideways'], ['up', 'down']]) {
      const program = new AppProcess(env, { program: 'migrate', args });
      expect({ args, ...(await program.ended) }).toMatchObject({ args, code: 64 });
      expect(program.stderr).toContain('usage');
    }
    expect(await done()).toEqual(before);
  });
});

describe('keys create', () => {
  const runIn = async (env: Record<string, string>, ...args: string[]) => {
    const program = new AppProcess({ NODE_ENV: 'test', HOLDFAST_DATA_DIR: dataDir, ...env }, { program: 'keys', args });
    const { code } = await program.ended;
    return { code, stdout: program.stdout, stderr: program.stderr };
  };
  const run = (...args: string[]) => runIn({ DATABASE_URL: database.url }, ...args);

  it('beside a running instance prints a key that it takes at once', async () => {
    const app = await start();
    const { code, stdout, stderr } = await run('create');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^hf_test_[0-9a-z]{26}_[0-9A-Za-z]{36}\n$/);
    expect(await me(app, stdout.trim())).toMatchObject({ scope: 'platform:admin' });
    const { body } = await app.api.get<{ data: { name: string }[] }>('/v1/tenants', { key: stdout.trim() });
    expect(body.data.map(({ name }) => name)).toEqual(['default']);
  });

  it('goes to the first tenant of that name', async () => {
    const app = await start();
    const key = (await readFile(keyFile(), 'utf8')).trim();
    await app.api.post('/v1/tenants', { name: 'default' }, { key });
    const { stdout } = await run('create');
    expect((await me(app, stdout.trim())).tenant_id).toBe((await me(app, key)).tenant_id);
  });

  it('where nothing has started yet says what to do', async () => {
    const { code, stdout, stderr } = await run('create');
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toContain('npm start');
  });

  it('in a folder without a database makes none, and names the folder', async () => {
    const folder = join(dataDir, 'mistyped');
    const { code, stdout, stderr } = await runIn({ HOLDFAST_DATA_DIR: folder }, 'create');
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toContain(`no database in ${folder}`);
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
  });

  it('with another word tells its usage', async () => {
    for (const args of [[], ['list'], ['create', '--help'], ['create', 'member']]) {
      const { code, stderr } = await run(...args);
      expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining('usage') });
    }
    const [made] = await database.query<{ keys: number }>('SELECT count(*)::int AS keys FROM system.api_keys');
    expect(made).toEqual({ keys: 0 });
  });
});
