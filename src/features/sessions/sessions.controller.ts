import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Access, BodyLimit, Idempotent } from '../../http/access.js';
import { Answers, Fails } from '../../http/api-doc.js';
import { PageQuery } from '../../http/page.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import type { IdempotentAnswer } from '../../reliability/idempotency/idempotent-answer.js';
import {
  ControlledDto,
  CreateSessionDto,
  EventsQuery,
  LeagueDto,
  SessionDto,
  SessionListDto,
  SessionResultDto,
  SessionsQuery,
} from './dto/session.dto.js';
import { SessionControl } from './session-control.js';
import { SessionsService } from './sessions.service.js';

const BODY_BYTES = 128 * 1024;

/** Council sessions: creating, controlling and reading them. */
@Controller('v1')
@Access('member')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly control: SessionControl,
  ) {}

  /** Has a council deliberate on a goal, in the background. */
  @Post('sessions')
  @HttpCode(201)
  @BodyLimit(BODY_BYTES)
  @Idempotent()
  @Fails('quota_exceeded')
  create(@Body() body: CreateSessionDto): Promise<IdempotentAnswer<SessionDto>> {
    return this.sessions.create(currentPrincipal(), body);
  }

  /** Lists sessions, the newest first. */
  @Get('sessions')
  list(@Query() query: SessionsQuery): Promise<SessionListDto> {
    return this.sessions.list(query);
  }

  /** Tells where a session stands. */
  @Get('sessions/:id')
  get(@Param('id') id: string): Promise<SessionDto> {
    return this.sessions.get(id);
  }

  /** Lists the events of a session's log, each as the stream sends it. */
  @Get('sessions/:id/events')
  @Header('content-type', 'application/json; charset=utf-8')
  @Answers({ status: 200, description: 'A page of the log', type: 'application/json', body: 'any' })
  events(@Param('id') id: string, @Query() query: EventsQuery): Promise<string> {
    return this.sessions.events(currentPrincipal(), id, query);
  }

  /** Tells what a completed session has come to. */
  @Get('sessions/:id/result')
  @Fails('not_completed')
  result(@Param('id') id: string): Promise<SessionResultDto> {
    return this.sessions.result(currentPrincipal(), id);
  }

  /** Puts a session that was created without being started in line. */
  @Post('sessions/:id/start')
  @HttpCode(202)
  @Fails('invalid_transition', 'quota_exceeded')
  start(@Param('id') id: string): Promise<ControlledDto> {
    return this.control.run(currentPrincipal(), id, 'start');
  }

  /** Pauses a running session at its next call boundary. */
  @Post('sessions/:id/pause')
  @HttpCode(202)
  @Fails('invalid_transition')
  pause(@Param('id') id: string): Promise<ControlledDto> {
    return this.control.run(currentPrincipal(), id, 'pause');
  }

  /** Lets a paused session go on. */
  @Post('sessions/:id/resume')
  @HttpCode(202)
  @Fails('invalid_transition', 'quota_exceeded')
  resume(@Param('id') id: string): Promise<ControlledDto> {
    return this.control.run(currentPrincipal(), id, 'resume');
  }

  /** Ends a session before its time. */
  @Post('sessions/:id/cancel')
  @HttpCode(202)
  @Fails('invalid_transition')
  cancel(@Param('id') id: string): Promise<ControlledDto> {
    return this.control.run(currentPrincipal(), id, 'cancel');
  }

  /** Lets a failed session go on from where it stopped; nothing that was answered is asked again. */
  @Post('sessions/:id/retry')
  @HttpCode(202)
  @Fails('invalid_transition', 'gone', 'quota_exceeded')
  retry(@Param('id') id: string): Promise<ControlledDto> {
    return this.control.run(currentPrincipal(), id, 'retry');
  }

  /** Tells how personas and models have fared in the votes of the tenant's sessions. */
  @Get('league')
  league(@Query() query: PageQuery): Promise<LeagueDto> {
    return this.sessions.league(query);
  }
}
