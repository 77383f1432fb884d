import { Inject, Injectable } from '@nestjs/common';
import { PREFIX, uuidOf } from '../../database/id.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { StreamTickets } from '../tenancy/index.js';
import type { CreateStreamTicketDto, StreamTicketDto } from './dto/stream.dto.js';
import { LogHeads } from './log-heads.js';

/** Makes tickets for the streams of a tenant's sessions. */
@Injectable()
export class TicketsService {
  constructor(
    private readonly tickets: StreamTickets,
    private readonly heads: LogHeads,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws AppError not_found */
  async create(principal: Principal, { session_id }: CreateStreamTicketDto): Promise<StreamTicketDto> {
    const sessionId = uuidOf(PREFIX.session, session_id);
    const head = sessionId && (await this.heads.of({ tenantId: principal.tenantId, sessionId }));
    if (!sessionId || !head) throw new AppError('not_found');
    const { ticket, firstUseBeforeMs } = this.tickets.issue(principal, sessionId, this.clock.epochMs());
    return { ticket, expires_at: new Date(firstUseBeforeMs).toISOString() };
  }
}
