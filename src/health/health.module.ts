import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HintsModule } from '../hints/hints.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { BulkheadMetrics } from './bulkhead-metrics.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), QueueModule, HintsModule],
  controllers: [HealthController],
  providers: [HealthService, BulkheadMetrics],
})
export class HealthModule {}
