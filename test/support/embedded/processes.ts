import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Listed {
  readonly pid: number;
  readonly parent: number;
}

/** All that descends from a process, itself excluded. Zombies are dead and not listed. */
export function descendantsOf(root: number): number[] {
  const all = listProcesses();
  const found: number[] = [];
  for (let parents = [root]; parents.length > 0;) {
    const children = all.filter(({ parent }) => parents.includes(parent)).map(({ pid }) => pid);
    found.push(...children);
    parents = children;
  }
  return found;
}

export function alive(pids: readonly number[]): number[] {
  const living = new Set(listProcesses().map(({ pid }) => pid));
  return pids.filter((pid) => living.has(pid));
}

/** Those of the processes that still live after the bound. */
export async function survivors(pids: readonly number[], withinMs: number): Promise<number[]> {
  for (const end = performance.now() + withinMs; performance.now() < end; await sleep(10)) {
    if (alive(pids).length === 0) return [];
  }
  return alive(pids);
}

/** Signals each that still lives. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  }
}

/** Stops a process, and waits until it stands: a signal takes effect a moment after it was sent. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  while (!stateOf(pid).startsWith('T')) await sleep(5);
}

function stateOf(pid: number): string {
  if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2);
}

export function postmasterOf(location: string): number {
  return Number.parseInt(readFileSync(join(location, 'data', 'postmaster.pid'), 'utf8'), 10);
}

function listProcesses(): Listed[] {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-axo', 'pid=,ppid=,stat='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , state]) => state !== undefined && !state.startsWith('Z'))
      .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
  }
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
        const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return 'ZX'.includes(state) ? [] : [{ pid: Number(entry), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
}
