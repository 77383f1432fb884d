import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppProcess } from '../support/embedded/app-process.js';
import { query } from '../support/embedded/query.js';
import { alive, descendantsOf, killAll, postmasterOf, survivors } from '../support/embedded/processes.js';
import type { Project } from '../support/embedded/project.js';
import { installProject } from '../support/embedded/project.js';

let project: Project;
let dataDir: string;
const apps: AppProcess[] = [];

beforeAll(async () => {
  project = await installProject();
});

afterAll(() => project.remove());

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'));
  chmodSync(dataDir, 0o711);
});

afterEach(() => {
  for (const { pid } of apps.splice(0)) killAll([...descendantsOf(pid), pid]);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
});

function app(): AppProcess {
  const started = new AppProcess({ module: project.module, dataDir });
  apps.push(started);
  return started;
}

/** A running app with one committed row, whose processes are then killed as the test likes. */
async function appWithRow(): Promise<{ victim: AppProcess; postmaster: number; processes: number[] }> {
  const victim = app();
  const { url, location } = await victim.expect('started');
  await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
  return { victim, postmaster: postmasterOf(location), processes: descendantsOf(victim.pid) };
}

/** What the next app on the same folder finds in the table. */
async function rowsAfterRestart(): Promise<unknown[]> {
  const next = app();
  const { url } = await next.expect('started');
  const rows = await query(url, 'SELECT n FROM kept');
  await next.stop();
  return rows;
}

describe('an embedded Postgres whose app', () => {
  test('stops it, lets the app end by itself, without a word on stderr', async () => {
    const calm = app();
    await calm.expect('started');
    const processes = descendantsOf(calm.pid);
    await calm.stop();
    expect(alive(processes)).toEqual([]);
    expect(calm.stderr).toBe('');
  });

  test('gets Ctrl-C goes on, for the app to drain with', async () => {
    const interrupted = app();
    const { url } = await interrupted.expect('started');
    interrupted.interrupt();
    await interrupted.expect('interrupted');
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await interrupted.stop();
  });

  test('is killed ends within 2 s, and the next app starts', async () => {
    const { victim, processes } = await appWithRow();
    await victim.kill();
    expect(await survivors(processes, 2_000)).toEqual([]);
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('is killed and at once replaced waits for nobody', async () => {
    const { victim } = await appWithRow();
    await victim.kill();
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('is killed together with all its processes leaves nothing that hinders the next', async () => {
    const { victim, processes } = await appWithRow();
    killAll([victim.pid, ...processes]);
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('is killed together with its keeper and the postmaster, but not the children, starts again', async () => {
    const { victim, postmaster, processes } = await appWithRow();
    const children = descendantsOf(postmaster);
    for (const child of children) process.kill(child, 'SIGSTOP');
    killAll([victim.pid, ...processes.filter((pid) => !children.includes(pid))]);
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
    expect(await survivors(children, 2_000)).toEqual([]);
  });

  test('is killed together with its keeper becomes an orphan, which the next app ends', async () => {
    const { victim, postmaster, processes } = await appWithRow();
    const server = [postmaster, ...descendantsOf(postmaster)];
    killAll([victim.pid, ...processes.filter((pid) => !server.includes(pid))]);
    expect(alive(server)).toContain(postmaster);
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
    expect(alive(server)).toEqual([]);
  });

  test('is killed while it makes the database begins anew', async () => {
    const interrupted = app();
    const folder = join(dataDir, 'postgres');
    while (!existsSync(folder) || !readdirSync(folder).some((name) => name.startsWith('init-')));
    await interrupted.kill();
    const next = app();
    const { url } = await next.expect('started');
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await next.stop();
    expect(readdirSync(folder).toSorted()).toEqual(['data', 'password']);
  });

  test('lives refuses a second app, and goes on undisturbed', async () => {
    const { victim, postmaster } = await appWithRow();
    expect(await app().expect('refused')).toEqual({
      event: 'refused',
      name: 'StartupFault',
      message: expect.stringMatching(/another instance .* owns the data folder .*; stop it, or set HOLDFAST_DATA_DIR/),
      exitCode: 69,
    });
    expect(alive([postmaster])).toEqual([postmaster]);
    await victim.stop();
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('starts at the same instant as others on an empty folder: exactly one wins', async () => {
    const outcomes = await Promise.all([app(), app(), app()].map((rival) => rival.outcome()));
    expect(outcomes.map(({ event }) => event).toSorted()).toEqual(['refused', 'refused', 'started']);
  });
});

describe('a lock file that a dead server left', () => {
  /** The lock file of a server that was killed, with another process id in it. */
  async function leaveLockFileOf(pid: number): Promise<void> {
    const { victim, postmaster, processes } = await appWithRow();
    const file = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    const left = readFileSync(file, 'utf8');
    killAll([victim.pid, ...processes]);
    await survivors([postmaster, ...processes], 2_000);
    writeFileSync(file, left.replace(String(postmaster), String(pid)));
  }

  test('is no obstacle when its process id now belongs to a stranger, who is left alone', async () => {
    const stranger = spawn('sleep', ['60']);
    await leaveLockFileOf(stranger.pid ?? 0);
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
    expect(alive([stranger.pid ?? 0])).toEqual([stranger.pid]);
    stranger.kill('SIGKILL');
  });

  test('is no obstacle when its process is a zombie', async () => {
    // The shell becomes a sleep, which never reaps the child that the shell left it.
    const parent = spawn('/bin/sh', ['-c', 'true & echo $!; exec sleep 60']);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    await leaveLockFileOf(Number(line.toString()));
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
    parent.kill('SIGKILL');
  });
});
