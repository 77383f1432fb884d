// Runs a command in a process group of its own and ends that group when stdin closes, which also happens when the process
// that holds the other end was killed: an `npm ci` or a server must not live on without whoever started it.
// Usage: node guard.mjs GRACE_MS COMMAND [ARGUMENT…]
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const [graceMs, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
let stopping = false;

function signalGroup(name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group has ended already.
  }
}

function stop() {
  stopping = true;
  signalGroup('SIGTERM');
  setTimeout(() => signalGroup('SIGKILL'), Number(graceMs));
}

// Ctrl-C reaches this process too; only the end of stdin decides, so that the child hears of it once.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
process.stdin.resume().once('close', stop);
child.on('error', (error) => {
  process.stderr.write(`holdfast: cannot run ${command}: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  if (stopping) signalGroup('SIGKILL');
  process.exit(code ?? 128 + constants.signals[signal]);
});
