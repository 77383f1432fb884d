import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { Fails } from '../../http/api-doc.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { CreateStreamTicketDto, StreamTicketDto } from './dto/stream.dto.js';
import { TicketsService } from './tickets.service.js';

/** Tickets for streams, in place of a header. */
@Controller('v1')
@Access('member')
export class StreamTicketsController {
  constructor(private readonly tickets: TicketsService) {}

  /** Makes a ticket for a session's stream, for clients that can send no headers. */
  @Post('stream-tickets')
  @HttpCode(201)
  @Fails('not_found')
  create(@Body() body: CreateStreamTicketDto): Promise<StreamTicketDto> {
    return this.tickets.create(currentPrincipal(), body);
  }
}
