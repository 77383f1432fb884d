import { Controller, Get } from '@nestjs/common';
import { Access, Infrastructure } from '../http/access.js';
import { HealthDetailsDto, ProbeDto } from './dto/health.dto.js';
import { HealthService } from './health.service.js';

/** Probes, and how the process is doing. */
@Controller('health')
@Access('public')
@Infrastructure()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** Answers while the event loop runs; checks nothing else. Restart the process when this fails. */
  @Get('live')
  live(): ProbeDto {
    return { status: 'ok' };
  }

  /** Whether traffic should be sent here: migrated, not draining, database reachable. */
  @Get('ready')
  ready(): Promise<ProbeDto> {
    return this.health.ready();
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
