import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import {
  ReconcileBatchDto,
  ReconciledBatchDto,
  ReconciledDto,
  ReconcileDto,
  UsageListDto,
  UsageQuery,
} from './dto/usage.dto.js';
import { UsageService } from './usage.service.js';

@Controller('v1/usage')
@Access('member')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  /** Raises the server's count of a device to what the device reports; a count never goes down. */
  @Post('reconcile')
  @HttpCode(200)
  reconcile(@Body() body: ReconcileDto): Promise<ReconciledDto> {
    return this.usage.reconcileOne(currentPrincipal(), body);
  }

  /** Reconciles up to 500 counts in one transaction. */
  @Post('reconcile/batch')
  @HttpCode(200)
  reconcileBatch(@Body() body: ReconcileBatchDto): Promise<ReconciledBatchDto> {
    return this.usage.reconcileBatch(currentPrincipal(), body.items);
  }

  /** Lists what the tenant has used in a UTC month, feature by feature. */
  @Get()
  list(@Query() query: UsageQuery): Promise<UsageListDto> {
    return this.usage.list(query);
  }
}
