import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { VERSION } from '../config/package.js';
import { DatabaseReachability } from '../database/reachability.js';
import { HttpAdapter } from '../http/adapter.js';
import { AppError } from '../reliability/errors/app-error.js';
import { SessionHints } from '../hints/session-hints.js';
import { QueueDepth } from '../queue/queue-depth.js';
import { BulkheadRegistry } from '../reliability/bulkhead/bulkhead.registry.js';
import { CircuitRegistry } from '../reliability/circuit/circuit.registry.js';
import type { HealthDetailsDto, ProbeDto } from './dto/health.dto.js';

const MEGABYTE = 1024 * 1024;

/** Answers probes and operators. It never calls a provider, and never waits for the pool. */
@Injectable()
export class HealthService implements OnApplicationShutdown {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly reachability: DatabaseReachability,
    private readonly circuits: CircuitRegistry,
    private readonly bulkheads: BulkheadRegistry,
    private readonly queue: QueueDepth,
    private readonly hints: SessionHints,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** @throws AppError shutting_down, dependency_unavailable when no traffic should be sent here. */
  async ready(): Promise<ProbeDto> {
    if (this.draining) throw new AppError('shutting_down');
    try {
      await this.checks.check([() => this.database()]);
    } catch (error) {
      throw new AppError('dependency_unavailable', {
        detail: 'Not ready: the database cannot be reached.',
        cause: error,
      });
    }
    return { status: 'ok' };
  }

  async details(): Promise<HealthDetailsDto> {
    const database = await this.reachability.state();
    return {
      status: this.draining ? 'draining' : database !== 'up' ? 'unavailable' : this.hints.degraded ? 'degraded' : 'ok',
      uptime_seconds: Math.floor(process.uptime()),
      memory_mb: Math.round(process.memoryUsage.rss() / MEGABYTE),
      version: VERSION,
      role: this.config.role,
      database,
      queue: database === 'up' ? await this.queue.current() : null,
      hints: this.hints.state,
      circuits: Object.fromEntries(this.circuits.snapshot().map(({ name, state }) => [name, state])),
      bulkheads: Object.fromEntries(
        this.bulkheads.snapshot().map(({ name, active, queued, limit }) => [name, { active, queued, limit }]),
      ),
      last_collection_at: null,
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reachability.close();
  }

  private get draining(): boolean {
    const adapter: unknown = this.adapterHost.httpAdapter;
    return adapter instanceof HttpAdapter && adapter.edge.drain.begun;
  }

  private async database(): Promise<HealthIndicatorResult<'database'>> {
    const check = this.indicators.check('database');
    return (await this.reachability.state()) === 'up' ? check.up() : check.down();
  }
}
