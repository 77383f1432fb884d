import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { PageQuery } from '../../http/page.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { QuotaDto, QuotaListDto, SetQuotaDto } from './dto/quota.dto.js';
import { QuotasService } from './quotas.service.js';

/** Monthly limits of a tenant. */
@Controller('v1/quotas')
@Access('tenant:admin')
export class QuotasController {
  constructor(private readonly quotas: QuotasService) {}

  /** Limits the successful calls of a feature per UTC month; null lifts the limit. */
  @Put(':feature')
  set(@Param('feature') feature: string, @Body() body: SetQuotaDto): Promise<QuotaDto> {
    return this.quotas.set(currentPrincipal(), feature, body.limit);
  }

  /** Lists the limits of all features. */
  @Get()
  list(@Query() query: PageQuery): Promise<QuotaListDto> {
    return this.quotas.list(currentPrincipal(), query);
  }
}
