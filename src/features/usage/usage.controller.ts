import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Access, BodyLimit } from '../../http/access.js';
import { Fails } from '../../http/api-doc.js';
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

/** Bytes: 500 reports whose texts are as long as they may be, each character four bytes, are 450 KB. */
const BATCH_BODY_LIMIT = 524_288;

/** Usage counts that devices report. */
@Controller('v1/usage')
@Access('member')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  /** Raises the server's count of a device to what the device reports; a count never goes down. */
  @Post('reconcile')
  @HttpCode(200)
  @Fails('install_id_mismatch')
  reconcile(@Body() body: ReconcileDto): Promise<ReconciledDto> {
    return this.usage.reconcileOne(currentPrincipal(), body);
  }

  /** Reconciles up to 500 counts in one transaction. */
  @Post('reconcile/batch')
  @HttpCode(200)
  @BodyLimit(BATCH_BODY_LIMIT)
  @Fails('install_id_mismatch', 'request_too_large')
  reconcileBatch(@Body() body: ReconcileBatchDto): Promise<ReconciledBatchDto> {
    return this.usage.reconcileBatch(currentPrincipal(), body.items);
  }

  /** Lists what the tenant has used in a UTC month, feature by feature. */
  @Get()
  list(@Query() query: UsageQuery): Promise<UsageListDto> {
    return this.usage.list(query);
  }
}
