import { Module } from '@nestjs/common';
import { HintsModule } from '../../hints/hints.module.js';
import { JournalModule } from '../../journal/journal.module.js';
import { LlmModule } from '../../llm/llm.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { ActionsModule } from '../actions/index.js';
import { UsageModule } from '../usage/index.js';
import { loadCouncilPrompts } from './council/prompts.js';
import { COUNCIL_PROMPTS } from './council-prompts.token.js';
import { ReplanController } from './replan.controller.js';
import { ReplanService } from './replan.service.js';
import { ParkedRuns } from './run/parked-runs.js';
import { RunFactory } from './run/run-factory.js';
import { RunLogs } from './run/run-logs.js';
import { RunTelemetry } from './run/run-telemetry.js';
import { RunWorker } from './run/run-worker.js';
import { SessionEndings } from './run/session-endings.js';
import { SessionControl } from './session-control.js';
import { SessionCreation } from './session-creation.js';
import { SessionDrafts } from './session-drafts.js';
import { SessionHolds } from './session-holds.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** What works on sessions, on API replicas and workers alike; the role decides whether runs are taken. */
@Module({
  imports: [HintsModule, JournalModule, QueueModule, LlmModule, UsageModule, ActionsModule],
  providers: [
    { provide: COUNCIL_PROMPTS, useFactory: () => loadCouncilPrompts() },
    SessionsRepository,
    SessionDrafts,
    SessionCreation,
    SessionEndings,
    ParkedRuns,
    RunLogs,
    RunFactory,
    RunTelemetry,
    RunWorker,
  ],
  exports: [
    COUNCIL_PROMPTS,
    SessionsRepository,
    SessionDrafts,
    SessionCreation,
    JournalModule,
    QueueModule,
    UsageModule,
    ActionsModule,
  ],
})
export class SessionsModule {}

/** Sessions over HTTP. */
@Module({
  imports: [SessionsModule],
  controllers: [SessionsController, ReplanController],
  providers: [SessionsService, SessionControl, SessionHolds, ReplanService],
})
export class SessionsApiModule {}
