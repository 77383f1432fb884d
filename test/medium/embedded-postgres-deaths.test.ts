import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { killServerProcesses } from '../../src/database/embedded/postmaster.js';
import { AppProcess } from '../support/embedded/app-process.js';
import { query } from '../support/embedded/query.js';
import { alive, descendantsOf, freeze, postmasterOf, signalAll, survivors } from '../support/embedded/processes.js';
import type { Project } from '../support/embedded/project.js';
import { installProject } from '../support/embedded/project.js';

const NOBODY = 65534;

let project: Project;
let dataDir: string;
const apps: AppProcess[] = [];
const left: number[] = [];

beforeAll(async () => {
  project = await installProject();
});

afterAll(() => project.remove());

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'));
  chmodSync(dataDir, 0o711);
});

afterEach(() => {
  for (const { pid } of apps.splice(0)) signalAll([...descendantsOf(pid), pid], 'SIGKILL');
  signalAll(left.splice(0), 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
});

function app(uid?: number): AppProcess {
  const started = new AppProcess({ module: project.module, dataDir, uid });
  apps.push(started);
  return started;
}

interface Victim {
  readonly app: AppProcess;
  readonly url: string;
  readonly postmaster: number;
  readonly children: readonly number[];
  /** The processes between app and server. */
  readonly keepers: readonly number[];
}

/** A running app with one committed row, whose processes are then killed as the test likes, the app itself last. */
async function appWithRow(uid?: number): Promise<Victim> {
  const victim = app(uid);
  const { url, location } = await victim.expect('started');
  await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
  const postmaster = postmasterOf(location);
  const children = descendantsOf(postmaster);
  left.push(postmaster, ...children);
  const server = new Set([postmaster, ...children]);
  return {
    app: victim,
    url,
    postmaster,
    children,
    keepers: descendantsOf(victim.pid).filter((pid) => !server.has(pid)),
  };
}

/** Resolves when an app has begun to make the cluster. */
async function unfinishedCluster(): Promise<void> {
  const folder = join(dataDir, 'postgres');
  while (!existsSync(folder) || !readdirSync(folder).some((name) => name.startsWith('init-'))) await turn();
}

/** What the next app on the same folder finds in the table. */
async function rowsAfterRestart(uid?: number): Promise<unknown[]> {
  const next = app(uid);
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
    const victim = await appWithRow();
    await victim.app.kill();
    expect(await survivors([victim.postmaster, ...victim.children, ...victim.keepers], 2_000)).toEqual([]);
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('is killed and at once replaced waits for nobody', async () => {
    const victim = await appWithRow();
    await victim.app.kill();
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('is killed together with all its processes leaves nothing that hinders the next', async () => {
    const victim = await appWithRow();
    signalAll([victim.postmaster, ...victim.children, ...victim.keepers, victim.app.pid], 'SIGKILL');
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('is killed together with its keeper and the postmaster, but not the children, starts again', async () => {
    const victim = await appWithRow();
    // Frozen, or they would notice the postmaster's death and end.
    signalAll(victim.children, 'SIGSTOP');
    signalAll([victim.postmaster, ...victim.keepers, victim.app.pid], 'SIGKILL');
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
    expect(await survivors(victim.children, 2_000)).toEqual([]);
  });

  test('is killed together with its keeper becomes an orphan, which the next app ends', async () => {
    const victim = await appWithRow();
    // An app that sees its keeper die ends the server itself: it must be gone before it can.
    await freeze(victim.app.pid);
    signalAll([...victim.keepers, victim.app.pid], 'SIGKILL');
    expect(await query(victim.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
    expect(alive([victim.postmaster])).toEqual([]);
  });

  test('is killed while it makes the database begins anew', async () => {
    const interrupted = app();
    await unfinishedCluster();
    await interrupted.kill();
    mkdirSync(join(dataDir, 'postgres', 'probe-0123456789abcdef'));
    const next = app();
    const { url } = await next.expect('started');
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await next.stop();
    expect(readdirSync(join(dataDir, 'postgres')).toSorted()).toEqual(['data', 'password']);
  });

  test('is killed leaves an initdb that can make nothing again', async () => {
    const interrupted = app();
    await unfinishedCluster();
    let initdb: number | undefined;
    while (initdb === undefined) [initdb] = descendantsOf(interrupted.pid);
    await freeze(initdb);
    left.push(initdb);
    await interrupted.kill();
    const next = app();
    const { url } = await next.expect('started');
    signalAll([initdb], 'SIGCONT');
    expect(await survivors([initdb], 5_000)).toEqual([]);
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await next.stop();
    expect(readdirSync(join(dataDir, 'postgres')).toSorted()).toEqual(['data', 'password']);
  });

  test('lives refuses a second app, and goes on undisturbed', async () => {
    const owner = await appWithRow();
    expect(await app().expect('refused')).toEqual({
      event: 'refused',
      name: 'StartupFault',
      message: expect.stringMatching(/another instance .* owns the data folder .*; stop it, or set HOLDFAST_DATA_DIR/),
      exitCode: 69,
    });
    expect(await query(owner.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await owner.app.stop();
    expect(await rowsAfterRestart()).toEqual([{ n: 7 }]);
  });

  test('starts at the same instant as others on an empty folder: exactly one wins', async () => {
    const outcomes = await Promise.all([app(), app(), app()].map((rival) => rival.outcome()));
    expect(outcomes.map(({ event }) => event).toSorted()).toEqual(['refused', 'refused', 'started']);
  });
});

test('whoever works in the folder of a server that is ended by force is left alone', async () => {
  const start = (name: string) => {
    const { pid = 0 } = spawn('sleep', ['60'], { argv0: name, cwd: dataDir, stdio: 'ignore' });
    left.push(pid);
    return pid;
  };
  const [child, stranger] = [start('postgres: checkpointer '), start('sleep')];
  killServerProcesses(dataDir);
  expect(await survivors([child], 5_000)).toEqual([]);
  expect(alive([stranger])).toEqual([stranger]);
});

describe('a lock file that a dead server left', () => {
  // Postgres takes only a process of its own user for a living owner of the file, so all are that user's.
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const as = uid === undefined ? {} : { uid };

  /** Its id, for it to be ended after the test. */
  function bystander({ pid }: ChildProcess): number {
    if (pid === undefined) throw new Error('the bystander did not start');
    left.push(pid);
    return pid;
  }

  /** The lock file of a server that was killed, with another process id in it. */
  async function leaveLockFileOf(pid: number): Promise<void> {
    if (uid !== undefined) chownSync(dataDir, uid, uid);
    const victim = await appWithRow(uid);
    const file = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    const content = readFileSync(file, 'utf8');
    const processes = [victim.postmaster, ...victim.children, ...victim.keepers, victim.app.pid];
    signalAll(processes, 'SIGKILL');
    await survivors(processes, 2_000);
    writeFileSync(file, content.replace(String(victim.postmaster), String(pid)));
  }

  test('is no obstacle when its process id now belongs to a stranger, who is left alone', async () => {
    const stranger = bystander(spawn('sleep', ['60'], as));
    await leaveLockFileOf(stranger);
    expect(await rowsAfterRestart(uid)).toEqual([{ n: 7 }]);
    expect(alive([stranger])).toEqual([stranger]);
  });

  test('is no obstacle when its process is a zombie', async () => {
    // The shell becomes a sleep, which never reaps the child that the shell left it.
    const parent = spawn('/bin/sh', ['-c', 'true & echo $!; exec sleep 60'], as);
    bystander(parent);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    await leaveLockFileOf(Number(line.toString()));
    expect(await rowsAfterRestart(uid)).toEqual([{ n: 7 }]);
  });
});
