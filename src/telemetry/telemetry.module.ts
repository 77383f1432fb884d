import { Module, type DynamicModule } from '@nestjs/common';
import { LOGGER, type Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { SnapshotRegistry } from './snapshot.js';

/** Logger, metrics and snapshots, for every room. */
@Module({})
export class TelemetryModule {
  static forRoot({ logger }: { logger: Logger }): DynamicModule {
    const providers = [
      { provide: LOGGER, useValue: logger },
      { provide: Metrics, useFactory: () => new Metrics() },
      SnapshotRegistry,
    ];
    return { module: TelemetryModule, global: true, providers, exports: providers };
  }
}
