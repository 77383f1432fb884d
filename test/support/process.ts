import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/config/package.js';

/** What `npm start` runs. */
export const MAIN: string = join(PACKAGE_ROOT, 'dist', 'start', 'main.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** Another program of the built application than the server. */
  program?: string;
  args?: readonly string[];
  /** Another command in its place, `npm start` for one. */
  command?: readonly string[];
  cwd?: string;
}

/** The built application as a process of its own, as an operator runs it. */
export class AppProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;

  /** @param env what the operator sets; nothing of this process's environment but what finds programs and homes. */
  constructor(env: Record<string, string>, { program, args = [], command, cwd }: ProcessOptions = {}) {
    const built = program === undefined ? MAIN : join(PACKAGE_ROOT, 'dist', 'src', `${program}.js`);
    const [file = '', ...rest] = command ?? [process.execPath, built];
    const { PATH = '', HOME = '', TMPDIR } = process.env;
    this.child = spawn(file, [...rest, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process did not start');
    return this.child.pid;
  }

  /** The base URL, once it is printed. @throws with all output when the process ends first. */
  async ready(): Promise<string> {
    return (await this.printed(/ {2}API +(\S+)\n/))[1] ?? '';
  }

  /** Waits for stdout to match. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      const more = this.child.stdout ? once(this.child.stdout, 'data') : Promise.resolve();
      const ended = await Promise.race([more.then(() => undefined), this.ended]);
      if (ended && !pattern.test(this.stdout))
        throw new Error(`ended with ${ended.code ?? ended.signal} before ${pattern}:\n${this.stdout}${this.stderr}`);
    }
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.kill(signal);
    return this.ended;
  }
}
