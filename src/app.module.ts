import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { AppConfig } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import type { OpenDatabase } from './database/open-database.js';
import { ActionsApiModule } from './features/actions/index.js';
import { BreakdownModule } from './features/breakdown/index.js';
import { ChatModule } from './features/chat/index.js';
import { RetentionApiModule, RetentionModule } from './features/retention/index.js';
import { TenancyModule } from './features/tenancy/index.js';
import { SessionsApiModule, SessionsModule } from './features/sessions/index.js';
import { StreamingApiModule, StreamingModule } from './features/streaming/index.js';
import { UsageApiModule } from './features/usage/index.js';
import { HealthModule } from './health/health.module.js';
import { translateFastifyError } from './http/fastify-errors.js';
import { HttpModule } from './http/http.module.js';
import { PagesModule } from './http/pages/pages.module.js';
import type { HttpOptions } from './http/http-options.js';
import { ERROR_TRANSLATORS, ProblemFilter } from './reliability/errors/problem.filter.js';
import { ReliabilityModule, type ReliabilityModuleOptions } from './reliability/reliability.module.js';
import type { Logger } from './telemetry/logger.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

export interface AppParts {
  config: AppConfig;
  database: OpenDatabase;
  logger: Logger;
  http: HttpOptions;
  /** The kernel's clock, sleep and random; the system's when left out. */
  ports?: ReliabilityModuleOptions;
}

/** Served by API replicas; workers serve only health and metrics. */
const API_ROOMS = [
  UsageApiModule,
  BreakdownModule,
  ChatModule,
  ActionsApiModule,
  SessionsApiModule,
  RetentionApiModule,
  StreamingApiModule,
  PagesModule,
];

/** The composition root: the only place that knows all rooms, and that binds what is global. */
@Module({})
export class AppModule {
  static forRoot({ config, database, logger, http, ports }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        ReliabilityModule.forRoot(ports),
        TelemetryModule.forRoot({ logger }),
        HttpModule.forRoot(http),
        DatabaseModule.forRoot(database, config.database.poolSize),
        HealthModule,
        TenancyModule.forRole(config.role),
        SessionsModule,
        RetentionModule,
        StreamingModule,
        ...(config.role === 'worker' ? [] : API_ROOMS),
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: ERROR_TRANSLATORS, useValue: [translateFastifyError] },
      ],
      exports: [ERROR_TRANSLATORS],
    };
  }
}
