import { Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/config.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { StormControl } from './storm-control.js';
import { StreamPlaces } from './stream-places.js';
import { StreamRechecks } from './stream-rechecks.js';
import { HintsModule } from '../../hints/hints.module.js';
import { SessionsModule } from '../sessions/index.js';
import { Gaps } from './gaps.js';
import { HintSender } from './hint-sender.js';
import { LogHeads } from './log-heads.js';
import { LogPages } from './log-pages.js';
import { OpenStreams } from './open-streams.js';
import { SessionFeeds } from './session-feeds.js';
import { StreamController } from './stream.controller.js';
import { StreamService } from './stream.service.js';
import { StreamTicketsController } from './stream-tickets.controller.js';
import { StreamTelemetry } from './stream-telemetry.js';
import { TicketsService } from './tickets.service.js';
import { StreamsRepository } from './streams.repository.js';

/** Tells other processes what this one adds to logs. */
@Module({
  imports: [SessionsModule, HintsModule],
  providers: [HintSender],
  exports: [SessionsModule, HintsModule],
})
export class StreamingModule {}

/** Streams over HTTP. */
@Module({
  imports: [StreamingModule],
  controllers: [StreamController, StreamTicketsController],
  providers: [
    StreamsRepository,
    LogHeads,
    LogPages,
    SessionFeeds,
    OpenStreams,
    Gaps,
    StreamTelemetry,
    StreamService,
    TicketsService,
    StreamRechecks,
    { provide: StormControl, inject: [CLOCK], useFactory: (clock: Clock) => new StormControl(clock) },
    {
      provide: StreamPlaces,
      inject: [APP_CONFIG],
      useFactory: ({ streams }: AppConfig) => new StreamPlaces(streams),
    },
  ],
})
export class StreamingApiModule {}
