import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';
import { READ_AGAIN } from '../../database/retry-terms.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';
import type { StreamTicket } from './stream-tickets.js';

/** How long the holder of a ticket may still fetch the end of a session that has ended, seconds. */
const AFTER_END_SECONDS = 900;

const USE: Statement = {
  name: 'stream-ticket-admit',
  text: 'SELECT stream_ticket_admit($1::uuid, $2::uuid, $3::uuid, $4::boolean, $5::integer) AS good',
};

/** Which tickets were used in time. */
@Injectable()
export class StreamTicketsRepository {
  constructor(private readonly database: Database) {}

  /** Whether the ticket lets its holder in; to ask again does no harm. @param fresh whether it may be used for the first time. */
  @Retry(READ_AGAIN)
  async use({ tenantId, sessionId, id }: StreamTicket, fresh: boolean): Promise<boolean> {
    const [row] = await this.database.query<{ good: boolean }>(USE, [
      tenantId,
      sessionId,
      id,
      fresh,
      AFTER_END_SECONDS,
    ]);
    return row?.good ?? false;
  }
}
