import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { wordFor } from '../support/faults.js';
import { Caller } from '../support/load.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** A clone with its packages, from which the other tests make theirs: installing takes a minute. */
let installed: string;
const folders: string[] = [];
const apps: ControlledApp[] = [];
const servers: Server[] = [];

beforeAll(() => {
  installed = join(emptyFolder(), 'holdfast');
});

afterEach(async () => {
  for (const app of apps.splice(0)) await app.sweep();
  for (const server of servers.splice(0)) server.close();
});

afterAll(() => folders.forEach(removeDataDir));

function emptyFolder(): string {
  const folder = makeDataDir();
  folders.push(folder);
  return folder;
}

function clone(folder: string): void {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', PACKAGE_ROOT, folder]);
}

function copyOfInstalled(folder: string): string {
  cpSync(installed, folder, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  removeDataDir(join(folder, '.holdfast'));
  return folder;
}

/** The path without what `npm` puts before it, and so with the system's own Node. */
const SYSTEM_PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

/** `npm start` as a newcomer types it: nothing is set. */
function npmStart(cwd: string, env: Record<string, string> = {}, before: readonly string[] = []): ControlledApp {
  const nothingSet = {
    NODE_ENV: '',
    PORT: '',
    LOG_LEVEL: '',
    HOLDFAST_DATA_DIR: '',
    HOLDFAST_BOOTSTRAP_KEY: '',
    PATH: SYSTEM_PATH,
  };
  const app = new ControlledApp(cwd, { ...nothingSet, ...env }, { command: [...before, 'npm', 'start'], cwd });
  apps.push(app);
  return app;
}

/** It serves, with the key that it made, and ends without leaving anything. */
async function expectToServe(app: ControlledApp): Promise<string> {
  const baseUrl = await app.process.ready();
  const [, keyFile = ''] = await app.process.printed(/ {2}Key +(\S+)\n/);
  const caller = new Caller(baseUrl, readFileSync(keyFile, 'utf8').trim());
  const answer = await caller.send({ path: '/v1/breakdowns', body: { input_text: 'Plan a birthday party' } });
  expect(wordFor(answer)).toBe('200');
  await caller.close();
  expect((await app.stop()).code).toBe(0);
  expect(await app.left(2_000)).toEqual([]);
  return baseUrl;
}

async function occupy(port: number): Promise<void> {
  const server = createServer();
  // Somebody else may hold it on this machine: that is as good.
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listening) servers.push(server);
}

describe('npm start', () => {
  test('installs, builds and serves from a fresh clone', async () => {
    clone(installed);
    expect(existsSync(join(installed, 'node_modules'))).toBe(false);
    await expectToServe(npmStart(installed));
  });

  test('uses the pinned Node, whatever the system has', () => {
    const version = execFileSync('npm', ['exec', '--', 'node', '--version'], {
      cwd: installed,
      env: { ...process.env, PATH: SYSTEM_PATH },
      encoding: 'utf8',
    });
    expect(Number(/^v(\d+)/.exec(version)?.[1])).toBeGreaterThanOrEqual(22);
  });

  test('starts again on its data folder, with the key that it has', async () => {
    const first = readFileSync(join(installed, '.holdfast', 'bootstrap-key'), 'utf8');
    await expectToServe(npmStart(installed));
    expect(readFileSync(join(installed, '.holdfast', 'bootstrap-key'), 'utf8')).toBe(first);
  });

  test('serves what the source says, after a change of it', async () => {
    const checkout = copyOfInstalled(join(emptyFolder(), 'holdfast'));
    const source = join(checkout, 'src', 'process.ts');
    writeFileSync(source, readFileSync(source, 'utf8').replace('is ready.', 'is ready again.'));
    const app = npmStart(checkout);
    await app.process.printed(/is ready again\./);
    await expectToServe(app);
  });

  test('finds its way where 3000, 5432 and 6379 are taken', async () => {
    await Promise.all([3000, 5432, 6379].map(occupy));
    const baseUrl = await expectToServe(npmStart(installed));
    expect(Number(new URL(baseUrl).port)).toBeGreaterThan(3000);
  });
});

const describeAsRoot = isRoot ? describe : describe.skip;

describeAsRoot('npm start, where root can arrange it (skipped for others: it takes their rights away)', () => {
  test('serves an ordinary user, as whom everything then runs', async () => {
    const home = emptyFolder();
    const checkout = copyOfInstalled(join(home, 'holdfast'));
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, home]);
    const as = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    await expectToServe(npmStart(checkout, { HOME: home }, as));
  });

  test('serves root from below a folder that nobody else can enter', async () => {
    const home = join(emptyFolder(), 'home');
    mkdirSync(home);
    chmodSync(home, 0o700);
    const app = npmStart(copyOfInstalled(join(home, 'holdfast')));
    await app.process.ready();
    const [, location = ''] = await app.process.printed(/ {2}Database +(\S+)\n/);
    folders.push(location);
    expect(location.startsWith(home)).toBe(false);
    await expectToServe(app);
  });
});
