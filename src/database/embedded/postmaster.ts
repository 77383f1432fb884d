import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Orderly first, then without a checkpoint (the next start replays the log), then by force. Times in ms. */
const ESCALATION = [
  { signal: 'SIGINT', patience: 5_000 },
  // The postmaster itself kills children that ignore SIGQUIT after 5 s.
  { signal: 'SIGQUIT', patience: 6_000 },
  { signal: 'SIGKILL', patience: 2_000 },
] as const;

/** How long an orderly shutdown may take before it is forced, in ms. */
export const ORDERLY_MS = ESCALATION[0].patience;

const POLL_MS = 10;

/** The process id of the live server on this data folder. */
export function livePostmaster(data: string): number | undefined {
  const pid = recordedPid(data);
  return pid !== undefined && runsOn(pid, data) ? pid : undefined;
}

/** Ends the server that runs on this data folder, if there is one. False when even SIGKILL did not help. */
export async function endPostmaster(data: string, from: 'SIGINT' | 'SIGQUIT'): Promise<boolean> {
  const pid = livePostmaster(data);
  if (pid === undefined) return true;
  for (const { signal, patience } of ESCALATION.slice(from === 'SIGINT' ? 0 : 1)) {
    // Kill its children too: frozen ones would not notice that it is gone.
    if (signal === 'SIGKILL') killServerProcesses(data);
    send(pid, signal);
    // A frozen process does not see a signal before it is thawed.
    send(pid, 'SIGCONT');
    for (const end = performance.now() + patience; performance.now() < end; await sleep(POLL_MS)) {
      if (!runsOn(pid, data)) return true;
    }
  }
  return false;
}

/**
 * Removes the lock file of a dead server where Postgres itself would take it for a live one: its id is a zombie's, or,
 * after a reboot or in a new container, a stranger's. Only for the owner of the data folder's lock.
 */
export function removeStaleLockFile(data: string): void {
  const pid = recordedPid(data);
  if (pid !== undefined && isThere(pid) && !runsOn(pid, data)) rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** Kills every process of the server on this data folder (on Linux; elsewhere nothing shows to which server a child belongs). */
export function killServerProcesses(data: string): void {
  if (process.platform !== 'linux') return;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (readlinkSync(`/proc/${entry}/cwd`) === data && isPostgres(entry)) send(Number(entry), 'SIGKILL');
    } catch {
      // Ended meanwhile, or another user's.
    }
  }
}

/** An operator's shell may stand in the folder as well. The server's children are called `postgres: …`. */
function isPostgres(pid: string): boolean {
  return /^(?:\S*\/)?postgres(?:[:\s\0]|$)/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}

function recordedPid(data: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Judges by the command line: another process may have got the id by now, and a zombie, which is dead, has none. */
function runsOn(pid: number, data: string): boolean {
  try {
    if (process.platform === 'linux') {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return args[args.indexOf('-D') + 1] === data;
    }
    const line = execFileSync('/bin/ps', ['-ww', '-o', 'args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return line.includes(`-D ${data} `);
  } catch {
    return false;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Signals a process, or a process group when negative, that may have ended meanwhile. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
