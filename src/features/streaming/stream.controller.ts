import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Streaming, Ticketed } from '../../http/access.js';
import { Answers, Fails } from '../../http/api-doc.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { StreamQuery } from './dto/stream.dto.js';
import { StreamService } from './stream.service.js';

/** Following a session as server-sent events. */
@Controller('v1')
@Access('member')
export class StreamController {
  constructor(private readonly streams: StreamService) {}

  /**
   * Follows a session: everything after the cursor, then each event as it comes, until the attempt ends. A cursor that cannot be
   * continued from gets `gap_detected` and a `snapshot` first.
   */
  @Get('sessions/:id/stream')
  @Streaming()
  @Ticketed()
  @Answers(
    { status: 200, description: 'Server-sent events', type: 'text/event-stream' },
    { status: 204, description: 'There is nothing after the cursor, and nothing to wait for', body: 'none' },
  )
  @Fails('invalid_cursor', 'rate_limited', 'forbidden')
  stream(
    @Param('id') id: string,
    @Query() query: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lastEventId = request.headers['last-event-id'];
    const asked = { lastEventId: lastEventId === undefined ? undefined : String(lastEventId), after: query.after };
    return this.streams.open({ principal: currentPrincipal(), id, asked, reply });
  }
}
