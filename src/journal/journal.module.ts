import { Module } from '@nestjs/common';
import { LogAnnouncer } from './log-announcer.js';
import { SessionAppends } from './session-appends.js';
import { SessionLogRepository } from './session-log.repository.js';

/** The session logs: no event may be lost or doubled. */
@Module({
  providers: [LogAnnouncer, SessionAppends, SessionLogRepository],
  exports: [LogAnnouncer, SessionAppends, SessionLogRepository],
})
export class JournalModule {}
