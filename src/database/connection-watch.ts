import type { PoolClient } from 'pg';
import { ClientGone } from '../reliability/deadline/deadline.js';
import type { Clock } from '../reliability/ports.js';
import { DatabaseError } from './database-error.js';

/** What the server's own statement timeout is given before the connection counts as dead. */
const GRACE_MS = 1_000;

/**
 * Ends what a connection is doing when its caller may not wait any longer, or when the server stays silent past its own
 * limit (a frozen server enforces none). The connection is destroyed: that fails the pending query here at once, and the
 * server, which looks after its client while it works, ends the statement there.
 */
export class ConnectionWatch {
  private ended: { reason: unknown } | undefined;
  private readonly disarm: () => void;

  constructor(
    private readonly client: PoolClient,
    private readonly signal: AbortSignal | undefined,
    clock: Clock,
    limitMs: number,
  ) {
    this.disarm = clock.schedule(limitMs + GRACE_MS, () => {
      this.end(new DatabaseError('unavailable', { detail: 'The database did not answer in time.' }));
    });
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
function streamOf(client: PoolClient): { destroy(): void } | undefined {
  const { connection } = client as { connection?: { stream?: { destroy(): void } } };
  return connection?.stream;
}
