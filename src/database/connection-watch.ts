import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';
import { ClientGone } from '../reliability/deadline/deadline.js';
import type { Clock } from '../reliability/ports.js';
import { STATEMENT_TIMEOUT_MS } from './connection-options.js';
import { DatabaseError } from './database-error.js';

/** How far past the server's own limits a connection counts as dead; also how often its silence is measured. */
const GRACE_MS = 1_000;

/** As {@link GRACE_MS} for a call in haste, which has a limit of its own: a part of that limit. */
const HASTY_GRACE = 0.1;

/** Milliseconds. */
export interface WatchLimits {
  /** For all of the work. */
  readonly limitMs: number;
  /** How long the server may send nothing: the limit of one statement. */
  readonly silenceMs: number;
}

/** Whether the call gives up before the server's own limit. It cannot tell a frozen server from a slow one. */
export function isHasty({ silenceMs }: WatchLimits): boolean {
  return silenceMs < STATEMENT_TIMEOUT_MS;
}

/** The server stayed silent for longer than a statement or a login may take: it is frozen. */
export class DatabaseSilent extends DatabaseError {
  constructor(options: ErrorOptions = {}) {
    super('unavailable', { ...options, detail: 'The database did not answer in time.' });
  }

  /** Not to be retried in this process: the caller has waited as long as it may. A client may try again later. */
  override get retryable(): boolean {
    return false;
  }
}

/**
 * Destroys a connection when its caller may wait no longer, or when the server stays silent past its own limit (a frozen
 * server enforces none). The pending query fails here at once; the server, which checks for its client while it works,
 * ends the statement there.
 */
export class ConnectionWatch {
  private ended: { reason: unknown } | undefined;
  private readonly graceMs: number;
  private readonly startedMs: number;
  private heard: { bytes: number; atMs: number };
  private disarm: () => void;

  constructor(
    private readonly client: PoolClient,
    private readonly signal: AbortSignal | undefined,
    private readonly clock: Clock,
    private readonly limits: WatchLimits,
  ) {
    this.graceMs = isHasty(limits) ? limits.silenceMs * HASTY_GRACE : GRACE_MS;
    this.startedMs = clock.monotonicMs();
    this.heard = { bytes: this.bytesHeard(), atMs: this.startedMs };
    this.disarm = clock.schedule(this.graceMs, this.listen);
    if (signal?.aborted) this.onAbort();
    else signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** The error to report for a destroyed connection; undefined while it has not been destroyed. */
  get outcome(): { reason: unknown } | undefined {
    return this.ended;
  }

  /** Whether the caller gave up, which says nothing about the database. */
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
    const overdue = now >= this.startedMs + limitMs + this.graceMs || now >= this.heard.atMs + silenceMs + this.graceMs;
    if (overdue) this.end(new DatabaseSilent());
    else this.disarm = this.clock.schedule(this.graceMs, this.listen);
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

/** The socket of a pg client: only its destruction gives up a query that was already sent. */
function streamOf(client: PoolClient): Pick<Socket, 'destroy' | 'bytesRead'> | undefined {
  const { connection } = client as unknown as { connection?: { stream?: Socket } };
  return connection?.stream;
}
