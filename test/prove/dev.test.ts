import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { descendantsOf } from '../support/embedded/processes.js';
import { eventually } from '../support/faults.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';

const RELOADS = 20;
const COPIED = [
  'src',
  'migrations',
  'config',
  'scripts',
  'package.json',
  'package-lock.json',
  '.swcrc',
  'openapi.json',
];

let copy: string;
let dataDir: string;
let dev: ControlledApp;

beforeAll(() => {
  // The checkout itself must not change, nor must what others build in it.
  copy = makeDataDir();
  dataDir = makeDataDir();
  for (const name of COPIED) cpSync(join(PACKAGE_ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(async () => {
  await dev.sweep();
  removeDataDir(copy);
  removeDataDir(dataDir);
});

/** The servers below the watcher: a postmaster is one whose parent is no postgres itself. */
function postmasters(): number[] {
  return descendantsOf(dev.process.pid).filter((pid) => {
    const parent = parentOf(pid);
    return parent !== 0 && isPostgres(pid) && !isPostgres(parent);
  });
}

/** What it has just forked has its command line for a moment. */
function isPostgres(pid: number): boolean {
  const [program, ...args] = read(pid, 'cmdline').split('\0');
  return args.includes('-D') && program?.endsWith('/postgres') === true;
}

/** 0 when it has ended. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0);
}

/** Empty when it has ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function starts(): number {
  return dev.process.stdout.split('is ready.').length - 1;
}

test(`${RELOADS} reloads never run two databases at a time, and leave none when the watch ends`, async () => {
  dev = new ControlledApp(dataDir, {}, { command: [process.execPath, 'scripts/dev.mjs'], cwd: copy });
  await dev.process.ready();
  let most = 0;
  const file = join(copy, 'src', 'schema.ts');
  const text = readFileSync(file, 'utf8');
  for (let reload = 1; reload <= RELOADS; reload++) {
    writeFileSync(file, `${text}\n// reload ${reload}\n`);
    await eventually(`reload ${reload}`, 30_000, async () => {
      most = Math.max(most, postmasters().length);
      void dev.tree;
      await sleep(30);
      return starts() === reload + 1;
    });
    expect(postmasters()).toHaveLength(1);
  }
  expect(most).toBe(1);
  expect((await dev.stop('SIGINT')).code).toBe(0);
  expect(await dev.left(2_000)).toEqual([]);
});
