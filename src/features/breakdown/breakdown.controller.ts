import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { Fails } from '../../http/api-doc.js';
import { PageQuery } from '../../http/page.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { BreakdownService } from './breakdown.service.js';
import { BreakdownDto, CreateBreakdownDto, TemplateListDto } from './dto/breakdown.dto.js';
import { TemplatesService } from './templates.service.js';

/** Breaking a task down into steps. */
@Controller('v1')
@Access('member')
export class BreakdownController {
  constructor(
    private readonly breakdowns: BreakdownService,
    private readonly templates: TemplatesService,
  ) {}

  /** Turns one task into nested, ordered, estimated steps. */
  @Post('breakdowns')
  @HttpCode(200)
  @Fails(
    'request_too_large',
    'install_id_mismatch',
    'quota_exceeded',
    'provider_timeout',
    'provider_unavailable',
    'provider_invalid_response',
    'provider_request_failed',
    'content_filtered',
    'context_length_exceeded',
  )
  create(@Body() body: CreateBreakdownDto): Promise<BreakdownDto> {
    return this.breakdowns.create(currentPrincipal(), body);
  }

  /** Lists the templates that a breakdown can start from. */
  @Get('templates')
  list(@Query() query: PageQuery): TemplateListDto {
    return this.templates.list(query);
  }
}
