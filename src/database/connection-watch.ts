import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';
import { ClientGone } from '../reliability/deadline/deadline.js';
import type { Clock } from '../reliability/ports.js';
import { DatabaseError } from './database-error.js';

/** What the server's own limits are given before the connection counts as dead, and how often its silence is measured. */
const GRACE_MS = 1_000;

/** Milliseconds. */
export interface WatchLimits {
  /** For all of the work. */
  readonly limitMs: number;
  /** For one statement: how long the server may say nothing at all. */
  readonly silenceMs: number;
}

/** The server said nothing for longer than it lets a statement run or a client wait at its door: it is frozen. */
export class DatabaseSilent extends DatabaseError {
  constructor(options: ErrorOptions = {}) {
    super('unavailable', { ...options, detail: 'The database did not answer in time.' });
  }

  /** Here, that is: whoever has met it has waited for as long as anybody may. A client may come back. */
  override get retryable(): boolean {
    return false;
  }
}

/**
 * Ends what a connection is doing when its caller may not wait any longer, or when the server stays silent past its own
 * limit (a frozen server enforces none). The connection is destroyed: that fails the pending query here at once, and the
 * server, which looks after its client while it works, ends the statement there.
 */
export class ConnectionWatch {
  private ended: { reason: unknown } | undefined;
  private readonly startedMs: number;
  private heard: { bytes: number; atMs: number };
  private disarm: () => void;

  constructor(
    private readonly client: PoolClient,
    private readonly signal: AbortSignal | undefined,
    private readonly clock: Clock,
    private readonly limits: WatchLimits,
  ) {
    this.startedMs = clock.monotonicMs();
    this.heard = { bytes: this.bytesHeard(), atMs: this.startedMs };
    this.disarm = clock.schedule(GRACE_MS, this.listen);
    if (signal?.aborted) this.onAbort();
    else signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** Whether the connection was destroyed, and the error that stands for it. */
  get outcome(): { reason: unknown } | undefined {
    return this.ended;
  }

  /** Whether the one who waited gave up, which says nothing about the database. */
  get abandoned(): boolean {
    return this.ended !== undefined && (this.signal?.aborted ?? false);
  }

  stop(): void {
    this.disarm();
    this.signal?.removeEventListener('abort', this.onAbort);
  }

  private readonly listen = (): void => {
    const now = this.clock.monotonicMs();
    const bytes = this.bytesHeard();
    if (bytes !== this.heard.bytes) this.heard = { bytes, atMs: now };
    const { limitMs, silenceMs } = this.limits;
    const overdue = now >= this.startedMs + limitMs + GRACE_MS || now >= this.heard.atMs + silenceMs + GRACE_MS;
    if (overdue) this.end(new DatabaseSilent());
    else this.disarm = this.clock.schedule(GRACE_MS, this.listen);
  };

  private bytesHeard(): number {
    return streamOf(this.client)?.bytesRead ?? 0;
  }

  private readonly onAbort = (): void => {
    this.end(this.signal?.reason ?? new ClientGone());
  };

  private end(reason: unknown): void {
    if (this.ended) return;
    this.ended = { reason };
    streamOf(this.client)?.destroy();
  }
}

/** The socket under a pg client: the only way to give up a query that is on its way. */
function streamOf(client: PoolClient): Pick<Socket, 'destroy' | 'bytesRead'> | undefined {
  const { connection } = client as unknown as { connection?: { stream?: Socket } };
  return connection?.stream;
}
