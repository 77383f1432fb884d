import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';
import { READ_AGAIN } from '../../database/retry-terms.js';
import type { SessionKey } from '../../journal/session-write.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';
import { EVENT_COLUMNS } from './frame-writer.js';
import type { Frames } from './frames.js';
import { PageRun, type PagePlaces } from './page-run.js';
import { PAGE_EVENTS } from './stream-limits.js';

/** Where a session's log stands. */
export interface LogHead {
  readonly epoch: string;
  readonly lastSequence: number;
  /** Whether its last event ends an attempt. */
  readonly ended: boolean;
}

const HEADS: Statement = {
  name: 'stream-heads',
  text: `SELECT ord, epoch, last_sequence AS "lastSequence", ended FROM stream_heads($1::uuid[], $2::uuid[])`,
};

const EVENTS: Statement = {
  text: `SELECT sequence, ${EVENT_COLUMNS} FROM session_events_after($1, $2, $3, $4)`,
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

  /** As {@link heads}, without a retry: for a caller that looks again anyway. */
  async headsNow(keys: readonly SessionKey[]): Promise<(LogHead | undefined)[]> {
    const values = [keys.map(({ tenantId }) => tenantId), keys.map(({ sessionId }) => sessionId)];
    const rows = await this.database.query<LogHead & { ord: number }>(HEADS, values, { signal: null });
    const heads: (LogHead | undefined)[] = Array.from({ length: keys.length });
    for (const { ord, ...head } of rows) heads[ord - 1] = head;
    return heads;
  }

  /** Pages of a log, in one statement; undefined where it has nothing. @throws AppError */
  @Retry(READ_AGAIN)
  async pages(log: SessionKey & { epoch: string }, places: PagePlaces): Promise<readonly (Frames | undefined)[]> {
    const { tenantId, sessionId } = log;
    const run = new PageRun(log, places);
    const values = [tenantId, sessionId, places.first * PAGE_EVENTS, places.count * PAGE_EVENTS];
    await this.database.copy(EVENTS, values, (row) => run.add(row), { tenantId });
    return run.end();
  }
}
