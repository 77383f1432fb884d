import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type AppEvent =
  | { readonly event: 'started'; readonly url: string; readonly location: string }
  | { readonly event: 'refused'; readonly name: string; readonly message: string; readonly exitCode: number }
  | { readonly event: 'crashed' }
  | { readonly event: 'interrupted' }
  | { readonly event: 'stopped' };

type Told<E extends AppEvent['event']> = Extract<AppEvent, { event: E }>;

const FIXTURE = fileURLToPath(new URL('./app.mjs', import.meta.url));

/** A process that owns an embedded Postgres, as an app does. */
export class AppProcess {
  readonly pid: number;
  /** What it wrote to stderr: nothing, in a sound run. */
  stderr = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly lines: AsyncIterator<string>;

  constructor(options: { module: string; dataDir: string; uid?: number | undefined }) {
    this.child = spawn(process.execPath, [FIXTURE, JSON.stringify(options)], { stdio: 'pipe', detached: true });
    const { stdout, stderr, pid } = this.child;
    if (stdout === null || stderr === null || pid === undefined) throw new Error('the app did not start');
    this.pid = pid;
    this.exited = once(this.child, 'exit');
    stderr.on('data', (chunk: Buffer) => void (this.stderr += chunk.toString()));
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Waits for the next event, which must be this one. */
  async expect<E extends AppEvent['event']>(event: E): Promise<Told<E>> {
    const line = await this.lines.next();
    const told = line.done === true ? undefined : (JSON.parse(line.value) as AppEvent);
    if (told?.event !== event) throw new Error(`expected "${event}", got ${JSON.stringify(told)} ${this.stderr}`);
    return told as Told<E>;
  }

  /** Waits for the next event, of which several are right. */
  async outcome(): Promise<Told<'started'> | Told<'refused'>> {
    const line = await this.lines.next();
    if (line.done === true) throw new Error(`the app ended: ${this.stderr}`);
    return JSON.parse(line.value) as Told<'started'> | Told<'refused'>;
  }

  /** Asks it to stop, and waits until it has ended by itself. */
  async stop(): Promise<void> {
    this.child.stdin?.write('stop\n');
    await this.expect('stopped');
    await this.exited;
  }

  /** As Ctrl-C in its terminal does: a signal for its whole process group. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
