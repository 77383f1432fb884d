import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../../src/config/package.js';

const READY = / {2}API +http:\/\/127\.0\.0\.1:(\d+)\n/;
const POLL_MS = 5;

/** A process under measurement; its output goes to a file, so that no process has to read it meanwhile. */
export interface BenchServer {
  readonly pid: number;
  readonly port: number;
  /** From spawn to the line that says ready, milliseconds. */
  readonly startMs: number;
  readonly dataDir: string;
  readonly key: string;
  stop(): Promise<void>;
}

/** A temporary folder that also a database's own user can reach. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  await chmod(folder, 0o711);
  return folder;
}

/** Starts the built application, with its embedded Postgres, on a data folder. */
export async function startServer(dataDir: string, env: Record<string, string> = {}): Promise<BenchServer> {
  const startedMs = performance.now();
  const child = await start(startArguments(), join(dataDir, 'output'), {
    PORT: '0',
    HOLDFAST_DATA_DIR: join(dataDir, 'data'),
    ...env,
  });
  const port = await waitFor(child, join(dataDir, 'output'));
  return {
    pid: child.pid ?? 0,
    port,
    startMs: performance.now() - startedMs,
    dataDir: join(dataDir, 'data'),
    key: (await readFile(join(dataDir, 'data', 'bootstrap-key'), 'utf8')).trim(),
    stop: () => end(child),
  };
}

/** A process without a database of its own. */
export interface BenchProgram {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the built application as one more process on an existing database; its output goes to a file of this name. */
export async function startReplica(output: string, env: Record<string, string>): Promise<BenchProgram> {
  const child = await start(startArguments(), output, { PORT: '0', ...env });
  return { pid: child.pid ?? 0, port: await waitFor(child, output), stop: () => end(child) };
}

/** Starts another program of this folder, which prints the same line when it is ready. */
export function startProgram(program: string, folder: string, args: readonly string[] = []): Promise<BenchProgram> {
  return startScript(
    [join(PACKAGE_ROOT, 'dist', 'bench', 'support', program), ...args],
    join(folder, `${program}.output`),
  );
}

/** Starts a script. @param ready the part of its output that says so, with the port. */
export async function startScript(args: readonly string[], output: string, ready = READY): Promise<BenchProgram> {
  const child = await start(args, output, { NODE_ENV: 'production' });
  return { pid: child.pid ?? 0, port: await waitFor(child, output, ready), stop: () => end(child) };
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** What `npm start` gives to node. */
function startArguments(): string[] {
  const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return manifest.scripts.start
    .replace(/^.*exec node /, '')
    .split(' ')
    .map((argument) => (argument.startsWith('-') ? argument : join(PACKAGE_ROOT, argument)));
}

async function start(args: readonly string[], output: string, env: Record<string, string>): Promise<ChildProcess> {
  const file = await open(output, 'w');
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', file.fd, file.fd] });
  await file.close();
  return child;
}

async function waitFor(child: ChildProcess, output: string, ready = READY): Promise<number> {
  for (;;) {
    const text = await readFile(output, 'utf8');
    const port = ready.exec(text)?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}:\n${text}`);
    await sleep(POLL_MS);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // A stopped process handles no signal until it is continued.
  child.kill('SIGCONT');
  await ended;
}
