import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HintsModule } from '../hints/hints.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { BulkheadMetrics } from './bulkhead-metrics.js';
import { HealthController } from './health.controller.js';
import { HealthDetailsService } from './health-details.service.js';
import { KernelState } from './kernel-state.js';
import { ReadinessService } from './readiness.service.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), QueueModule, HintsModule],
  controllers: [HealthController],
  providers: [ReadinessService, HealthDetailsService, KernelState, BulkheadMetrics],
})
export class HealthModule {}
