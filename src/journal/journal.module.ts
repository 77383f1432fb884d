import { Module } from '@nestjs/common';
import { LogAnnouncer } from './log-announcer.js';
import { SessionAppends } from './session-appends.js';
import { SessionLogRepository } from './session-log.repository.js';

/** What must never be lost or doubled. */
@Module({
  providers: [LogAnnouncer, SessionAppends, SessionLogRepository],
  exports: [LogAnnouncer, SessionAppends, SessionLogRepository],
})
export class JournalModule {}
