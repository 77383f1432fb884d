// Watch mode: builds and restarts the server when src/, migrations/ or config/ change. The old process has ended before
// the new one starts, because both would want the same port and the same embedded Postgres. Polling costs a few
// milliseconds and, unlike fs.watch, misses nothing on any platform or mounted volume.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compile, entries } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const pollMs = 300;
const graceMs = 15_000; // the server's own drain takes up to 10 s

const say = (text) => process.stderr.write(`holdfast dev: ${text}\n`);

/** Changes when a file appears, vanishes or is written. */
function signature() {
  try {
    return ['src', 'migrations', 'config']
      .flatMap((folder) => entries(join(root, folder)))
      .filter(({ isFolder }) => !isFolder)
      .map(({ path }) => ({ path, stat: statSync(path) }))
      .map(({ path, stat }) => `${path}:${stat.mtimeMs}:${stat.size}`)
      .join('\n');
  } catch {
    return 'a file vanished while we looked'; // differs from what stands, so the next look decides
  }
}

/** Starts the server under a guard: ending the guard's stdin, or dying, ends the server. Returns how to stop it. */
function start() {
  const guard = join(root, 'scripts', 'guard.mjs');
  const main = join(root, 'dist', 'src', 'main.js');
  const command = [guard, String(graceMs), process.execPath, '--enable-source-maps', main];
  const server = spawn(process.execPath, command, { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  let stopping = false;
  void ended.then((code) => stopping || say(`the server ended with ${code}; waiting for a change`));
  return () => {
    stopping = true;
    server.stdin.end();
    return ended;
  };
}

async function compiles() {
  try {
    await compile();
    return true;
  } catch (error) {
    say(`the server stays as it was:\n${error.message}`);
    return false;
  }
}

let stop = async () => {};
let closing = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // Ctrl-C arrives twice: from the terminal and through npm.
  process.on(name, () => {
    closing = true;
    void stop().then(() => process.exit(0));
  });
}

let current = signature();
let settling = current;
if (await compiles()) stop = start();
for (let reload = 1; ;) {
  await sleep(pollMs);
  const now = signature();
  const still = now === settling; // an editor or a checkout writes many files: wait until two looks agree
  settling = now;
  if (now === current || !still) continue;
  current = now;
  if (!(await compiles())) continue;
  await stop();
  if (closing) break;
  say(`reload ${reload++}`);
  stop = start();
}
