import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';
import { publicId } from '../../database/id.js';
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
  readonly epoch: string;
  /** Of the event before the first one. */
  readonly after: number;
  /** Of the last one that is asked for. */
  readonly through: number;
}

/** Events of a log, as the stream sends them. */
export interface Page {
  readonly frames: string;
  /** Sequences. */
  readonly first: number;
  readonly last: number;
  /** How many there are: fewer than from the first to the last, where there is a hole. */
  readonly count: number;
}

/** A look-up gives up soon, and tries again once or twice. */
const READ_AGAIN = { maxAttempts: 3, baseMs: 50, capMs: 500, totalMs: 2_000, budget: 'database' };

const HEADS: Statement = {
  name: 'stream-heads',
  text: `SELECT ord, epoch, last_sequence AS "lastSequence", ended FROM stream_heads($1::uuid[], $2::uuid[])`,
};

const PAGE: Statement = {
  name: 'stream-page',
  text: `SELECT frames, first, last, count
           FROM stream_page($1::uuid, $2::uuid, $3, $4, $5::integer, $6::integer) WHERE count > 0`,
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

  /** Undefined when the log has nothing there. @throws AppError */
  @Retry(READ_AGAIN)
  async page({ tenantId, sessionId, epoch, after, through }: PagePlace): Promise<Page | undefined> {
    const values = [tenantId, sessionId, publicId('ses', sessionId), epoch, after, through];
    const [page] = await this.database.query<Page>(PAGE, values, { tenantId });
    return page;
  }
}
