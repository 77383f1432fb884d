import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Access } from '../../http/access.js';
import { Answers, Fails } from '../../http/api-doc.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { ReplanDto, ReplannedDto } from './dto/session.dto.js';
import { ReplanService } from './replan.service.js';

/** Replanning actions that have not worked. */
@Controller('v1/actions')
@Access('member')
export class ReplanController {
  constructor(private readonly replans: ReplanService) {}

  /** Has a council find another way to do an action that has not worked. */
  @Post(':id/replan')
  @HttpCode(201)
  @Answers(
    { status: 200, description: 'The action had been replanned before', body: 'returned' },
    { status: 201, description: 'A session replans the action', body: 'returned', headers: { Location: 'Location' } },
  )
  @Fails('invalid_transition', 'quota_exceeded')
  async replan(
    @Param('id') id: string,
    @Body() body: ReplanDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReplannedDto> {
    const replanned = await this.replans.replan(currentPrincipal(), id, body);
    if (replanned.is_existing) reply.code(200);
    else reply.header('location', `/v1/sessions/${replanned.session_id}`);
    return replanned;
  }
}
