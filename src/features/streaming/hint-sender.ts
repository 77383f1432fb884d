import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SessionHints } from '../../hints/session-hints.js';
import { LogAnnouncer } from '../../journal/log-announcer.js';

/** Sends hints of what this process has added to logs, after the commit and off the writer's path. */
@Injectable()
export class HintSender implements OnApplicationBootstrap {
  constructor(
    private readonly announcer: LogAnnouncer,
    private readonly hints: SessionHints,
  ) {}

  onApplicationBootstrap(): void {
    this.announcer.onAdvance(({ sessionId, events }) => {
      const last = events.at(-1);
      if (last) this.hints.reached({ sessionId, sequence: last.sequence });
    });
  }
}
