import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { DatabaseReachability } from '../database/reachability.js';
import { HttpAdapter } from '../http/adapter.js';
import { AppError } from '../reliability/errors/app-error.js';
import type { ProbeDto } from './dto/health.dto.js';

/** Whether traffic should be sent here. It never calls a provider, and never waits for the pool. */
@Injectable()
export class ReadinessService implements OnApplicationShutdown {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly reachability: DatabaseReachability,
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

  /** Whether the process is about to end. */
  get draining(): boolean {
    const adapter: unknown = this.adapterHost.httpAdapter;
    return adapter instanceof HttpAdapter && adapter.edge.drain.begun;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reachability.close();
  }

  private async database(): Promise<HealthIndicatorResult<'database'>> {
    const check = this.indicators.check('database');
    return (await this.reachability.state()) === 'up' ? check.up() : check.down();
  }
}
