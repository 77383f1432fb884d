import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOOTSTRAP_KEY } from './app.js';
import { descendantsOf, signalAll, survivors } from './embedded/processes.js';
import { AppProcess, type Ended, type ProcessOptions } from './process.js';
import { ownMs } from './own-time.js';

/** The built application as a process, its folder, and all that descends from it: what a test has to leave no trace of. */
export class ControlledApp {
  readonly process: AppProcess;
  private readonly seen = new Set<number>();

  constructor(
    readonly dataDir: string,
    env: Record<string, string> = {},
    options: ProcessOptions = {},
  ) {
    this.process = new AppProcess(
      {
        NODE_ENV: 'test',
        PORT: '0',
        LOG_LEVEL: 'warn',
        HOLDFAST_DATA_DIR: dataDir,
        HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP_KEY,
        ...env,
      },
      options,
    );
  }

  /** The process and all that it has started, as far as it was looked at. */
  get tree(): number[] {
    for (const pid of [this.process.pid, ...descendantsOf(this.process.pid)]) this.seen.add(pid);
    return [...this.seen];
  }

  /** Its descendants that still live after the bound. */
  left(withinMs: number): Promise<number[]> {
    return survivors([...this.seen], withinMs);
  }

  /** Sends the signal and waits for the end, remembering what has to be gone after it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended & { tookMs: number }> {
    void this.tree;
    const started = ownMs();
    const ended = await this.process.stop(signal);
    return { ...ended, tookMs: ownMs() - started };
  }

  /** Ends whatever is left of it. */
  async sweep(): Promise<void> {
    signalAll(this.tree, 'SIGKILL');
    await this.left(5_000);
  }
}

/** A data folder that the database's user can reach below. */
export function makeDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  chmodSync(folder, 0o711);
  return folder;
}

export function removeDataDir(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
