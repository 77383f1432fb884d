import { Injectable } from '@nestjs/common';
import { Listeners } from '../reliability/listeners.js';
import type { LoggedEvent } from './event-log.js';
import type { SessionKey } from './session-write.js';

/** What has been added to a session's log, and is committed. */
export interface LogAdvance extends SessionKey {
  /** At least one, in their order. */
  readonly events: readonly LoggedEvent[];
}

/** Tells whoever is interested, in this process, what has been added to logs. Never before the commit. */
@Injectable()
export class LogAnnouncer {
  private readonly listeners = new Listeners<LogAdvance>();

  /** @returns what ends it. */
  onAdvance(listener: (advance: LogAdvance) => void): () => void {
    return this.listeners.add(listener);
  }

  announce(advance: LogAdvance): void {
    this.listeners.notify(advance);
  }
}
