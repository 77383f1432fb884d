import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Metrics } from '../telemetry/metrics.js';
import { Access, Infrastructure } from './access.js';
import { Answers } from './api-doc.js';

/** What scrapers read. */
@Controller('metrics')
@Access('public')
@Infrastructure()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** The process's metrics in Prometheus' text format. */
  @Get()
  @Answers({ status: 200, description: 'Metrics.', type: 'text/plain' })
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.contentType);
    return this.metrics.text();
  }
}
