import { Controller, Get } from '@nestjs/common';
import { Access, Infrastructure } from '../http/access.js';
import { Fails } from '../http/api-doc.js';
import { HealthDetailsDto, ProbeDto } from './dto/health.dto.js';
import { HealthDetailsService } from './health-details.service.js';
import { ReadinessService } from './readiness.service.js';

/** Probes, and how the process is doing. */
@Controller('health')
@Access('public')
@Infrastructure()
export class HealthController {
  constructor(
    private readonly readiness: ReadinessService,
    private readonly health: HealthDetailsService,
  ) {}

  /** Answers while the event loop runs; checks nothing else. Restart the process when this fails. */
  @Get('live')
  live(): ProbeDto {
    return { status: 'ok' };
  }

  /** Whether traffic should be sent here: migrated, not draining, database reachable. */
  @Get('ready')
  @Fails('dependency_unavailable', 'shutting_down')
  ready(): Promise<ProbeDto> {
    return this.readiness.ready();
  }

  /** Whether the start is over: the socket opens only then. */
  @Get('startup')
  startup(): ProbeDto {
    return { status: 'ok' };
  }

  /** How the process is doing, for people. */
  @Get()
  details(): Promise<HealthDetailsDto> {
    return this.health.details();
  }
}
