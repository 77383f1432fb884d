import { Body, Controller, Get, Put } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { RetentionDto, SetRetentionDto } from './dto/retention.dto.js';
import { RetentionService } from './retention.service.js';

/** How long sessions are kept. */
@Controller('v1/retention')
@Access('tenant:admin')
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  /** Decides how long the tenant's sessions are kept after their end. */
  @Put()
  set(@Body() body: SetRetentionDto): Promise<RetentionDto> {
    return this.retention.set(currentPrincipal(), body.session_days);
  }

  /** Tells how long the tenant's sessions are kept after their end. */
  @Get()
  get(): Promise<RetentionDto> {
    return this.retention.get(currentPrincipal());
  }
}
