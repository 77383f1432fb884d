import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.js';
import { lastLines, spawnOptions } from './command.js';
import { ORDERLY_MS, endPostmaster, send } from './postmaster.js';

/**
 * Runs the server for as long as our end of stdin is open, and no longer: the kernel closes it whichever way this
 * process ends, `kill -9` included. A subshell waits for that; the shell itself waits for the server, and reaps it. Signals
 * to the whole process group or cgroup must not end the shell before the server, so it ignores them; the subshell inherits
 * that, and only SIGKILL ends it. It must not outlive the server, or it may signal another process that got the id.
 */
const KEEPER = `
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
(read -r end <&3; kill -INT "$server") >/dev/null 2>&1 &
watch=$!
wait "$server"
code=$?
{ kill -KILL "$watch"; wait "$watch"; } 2>/dev/null
exit "$code"
`;

const READY = 'database system is ready to accept connections';

/** A log line that says why the server ended. Clients refused during recovery are logged as FATAL too, and do not count. */
const REASON = /^(PANIC|FATAL): +(?!the database system is )/;

/** A recovery reports its progress every 10 s; a server silent for longer than this has hung. */
const SILENCE_MS = 60_000;

/** How long to wait for the log's last lines after the server's end. */
const DRAIN_MS = 200;

const KEPT_LINES = 50;

/** One run of the server, from its spawn to its end. */
export class ServerProcess {
  /** Resolves when the server, or the shell that keeps it, has ended. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcessByStdio<Writable, null, Readable>;
  private readonly lines: string[] = [];
  private readonly ready: Promise<true>;
  private heardAt = performance.now();

  constructor(private readonly options: ServerProcessOptions) {
    this.child = spawn('/bin/sh', ['-c', KEEPER, 'holdfast-postgres', options.postgres, ...options.args], {
      ...spawnOptions(options.account),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.child.stdin.on('error', () => undefined);
    this.ended = this.watchEnd();
    this.ready = this.watchLog();
  }

  /** True once connections are accepted; false when the server ended first, or fell silent. */
  async becomesReady(): Promise<boolean> {
    const over = new AbortController();
    try {
      return await Promise.race([this.ready, this.ended.then(() => false), this.fallsSilent(over.signal)]);
    } finally {
      over.abort();
    }
  }

  /** Why the server ended, if it logged a reason: a full disk, for one. */
  get reason(): string | undefined {
    return this.lines.findLast((line) => REASON.test(line));
  }

  /** The end of its log. */
  get lastWords(): string {
    return this.lines.length === 0 ? '(it wrote nothing)' : lastLines(this.lines);
  }

  /** Ends the server: orderly, then forced. Never rejects, never hangs. */
  async stop(): Promise<void> {
    this.child.stdin.destroy();
    if (!(await this.endsWithin(ORDERLY_MS))) await endPostmaster(this.options.data, 'SIGQUIT');
    // If its keeper was killed, the server may still be ending.
    else await endPostmaster(this.options.data, 'SIGINT');
    if (!(await this.endsWithin(1_000)) && this.child.pid !== undefined) send(-this.child.pid, 'SIGKILL');
  }

  private watchEnd(): Promise<void> {
    const drained = new Promise((resolve) => this.child.once('close', resolve));
    return new Promise((resolve) => {
      const end = async (): Promise<void> => {
        // Children that a killed server left behind may hold the log open.
        const patience = new AbortController();
        await Promise.race([drained, sleep(DRAIN_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
        patience.abort();
        this.child.stderr.destroy();
        resolve();
      };
      // Node closes stdin at this event too: where the shell was killed, its subshell still ends the server.
      this.child.once('exit', () => void end());
      this.child.once('error', (error) => {
        this.lines.push(error.message);
        void end();
      });
    });
  }

  private watchLog(): Promise<true> {
    return new Promise((resolve) => {
      createInterface({ input: this.child.stderr }).on('line', (line) => {
        this.heardAt = performance.now();
        this.lines.push(line);
        if (this.lines.length > KEPT_LINES) this.lines.shift();
        this.options.onLog(line);
        if (line.includes(READY)) resolve(true);
      });
    });
  }

  private async fallsSilent(signal: AbortSignal): Promise<false> {
    const { silenceMs = SILENCE_MS } = this.options;
    while (!signal.aborted && performance.now() - this.heardAt < silenceMs) {
      await sleep(silenceMs / 60, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  private async endsWithin(ms: number): Promise<boolean> {
    const over = new AbortController();
    const late = sleep(ms, false, { signal: over.signal }).catch(() => false);
    const ended = await Promise.race([this.ended.then(() => true), late]);
    over.abort();
    return ended;
  }
}

export interface ServerProcessOptions {
  readonly postgres: string;
  readonly args: readonly string[];
  readonly data: string;
  readonly account: Account | undefined;
  readonly onLog: (line: string) => void;
  /** How long the server may write nothing before it is ready; 60 s. */
  readonly silenceMs?: number;
}
