import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';
import type { SessionKey } from '../../journal/session-write.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';

/** Where a session's log stands. */
export interface LogHead {
  readonly epoch: string;
  readonly lastSequence: number;
  /** Whether its last event ends an attempt. */
  readonly ended: boolean;
}

/** A part of a log. */
export interface PagePlace extends SessionKey {
  /** Of the event before the first one. */
  readonly after: number;
  /** Of the last one that is asked for. */
  readonly through: number;
}

/** A look-up gives up soon, and tries again once or twice. */
const READ_AGAIN = { maxAttempts: 3, baseMs: 50, capMs: 500, totalMs: 2_000, budget: 'database' };

const HEADS: Statement = {
  name: 'stream-heads',
  text: `SELECT ord, epoch, last_sequence AS "lastSequence", ended FROM stream_heads($1::uuid[], $2::uuid[])`,
};

const PAGE: Statement = {
  name: 'stream-page',
  text: 'SELECT stream_page($1::uuid, $2::uuid, $3::integer, $4::integer) AS page',
};

/** Where logs stand, of all tenants, and what they say. */
@Injectable()
export class StreamsRepository {
  constructor(private readonly database: Database) {}

  /** In the order of the keys; undefined where the tenant has no such session. */
  @Retry(READ_AGAIN)
  async heads(keys: readonly SessionKey[]): Promise<(LogHead | undefined)[]> {
    return this.headsNow(keys);
  }

  /** As {@link heads}, once: whoever looks again anyway needs no second attempt. */
  async headsNow(keys: readonly SessionKey[]): Promise<(LogHead | undefined)[]> {
    const values = [keys.map(({ tenantId }) => tenantId), keys.map(({ sessionId }) => sessionId)];
    const rows = await this.database.query<LogHead & { ord: number }>(HEADS, values, { signal: null });
    const heads: (LogHead | undefined)[] = Array.from({ length: keys.length });
    for (const { ord, ...head } of rows) heads[ord - 1] = head;
    return heads;
  }

  /** As `Frames.ofPage` reads it; undefined when the log has nothing there. @throws AppError */
  @Retry(READ_AGAIN)
  async page({ tenantId, sessionId, after, through }: PagePlace): Promise<string | undefined> {
    const values = [tenantId, sessionId, after, through];
    const [row] = await this.database.query<{ page: string | null }>(PAGE, values, { tenantId });
    return row?.page ?? undefined;
  }
}
