import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { VERSION } from '../config/package.js';
import { DatabaseReachability } from '../database/reachability.js';
import { SessionHints } from '../hints/session-hints.js';
import { QueueDepth } from '../queue/queue-depth.js';
import type { HealthDetailsDto } from './dto/health.dto.js';
import { KernelState } from './kernel-state.js';
import { ReadinessService } from './readiness.service.js';

const MEGABYTE = 1024 * 1024;

/** Answers operators. It never calls a provider, and never waits for the pool. */
@Injectable()
export class HealthDetailsService {
  constructor(
    private readonly readiness: ReadinessService,
    private readonly reachability: DatabaseReachability,
    private readonly kernel: KernelState,
    private readonly queue: QueueDepth,
    private readonly hints: SessionHints,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async details(): Promise<HealthDetailsDto> {
    const database = await this.reachability.state();
    return {
      status: this.statusWith(database === 'up'),
      uptime_seconds: Math.floor(process.uptime()),
      memory_mb: Math.round(process.memoryUsage.rss() / MEGABYTE),
      version: VERSION,
      role: this.config.role,
      database,
      queue: database === 'up' ? await this.queue.current() : null,
      hints: this.hints.state,
      circuits: this.kernel.circuits(),
      bulkheads: this.kernel.bulkheads(),
      last_collection_at: null,
    };
  }

  private statusWith(hasDatabase: boolean): HealthDetailsDto['status'] {
    if (this.readiness.draining) return 'draining';
    if (!hasDatabase) return 'unavailable';
    return this.hints.degraded ? 'degraded' : 'ok';
  }
}
