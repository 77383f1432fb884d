import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import type { Account } from './account.js';

/** How a command ended: its exit code (null: a signal, or never started) and the last lines of what it printed. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

const LAST_LINES = 8;

/**
 * How each child process starts. Detached, so that Ctrl-C in a terminal reaches this process alone, which then decides
 * when the database ends. An environment of its own, so that no PG* variable affects it and it holds no secret;
 * LC_ALL because Postgres on macOS refuses to start without a locale, TZ because initdb otherwise tries every zone.
 */
export function spawnOptions(account: Account | undefined): SpawnOptions {
  return {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    // spawn wants ids as signed 32-bit numbers.
    ...(account === undefined ? {} : { uid: account.uid | 0, gid: account.gid | 0 }),
  };
}

/** Runs a command to its end, with `input` on its stdin. Never rejects. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: { account?: Account | undefined; input?: string; cwd?: string } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const { account, input, cwd = '/' } = options;
    const child = spawn(file, args, { ...spawnOptions(account), cwd, stdio: 'pipe' });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    // A command may end without reading its input: the broken pipe is no failure.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output: lastLines(output.split('\n')) }));
  });
}

/** The end of a command's output, as it goes into a message. */
export function lastLines(lines: readonly string[]): string {
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES)
    .join('\n');
}

/** The system's short name of what went wrong (EACCES, ENOSPC), else the message. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error && 'code' in error ? String(error.code) : error.message;
}
