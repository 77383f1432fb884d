import { Injectable } from '@nestjs/common';
import { Listeners } from '../reliability/listeners.js';
import type { LoggedEvent } from './event-log.js';
import type { SessionKey } from './session-write.js';

/** Events that were added to a session's log and committed. */
export interface LogAdvance extends SessionKey {
  /** At least one, in their order. */
  readonly events: readonly LoggedEvent[];
}

/** Tells subscribers in this process which events were added to logs. Never before the commit. */
@Injectable()
export class LogAnnouncer {
  private readonly listeners = new Listeners<LogAdvance>();

  /** @returns a function that unsubscribes the listener. */
  onAdvance(listener: (advance: LogAdvance) => void): () => void {
    return this.listeners.add(listener);
  }

  announce(advance: LogAdvance): void {
    this.listeners.notify(advance);
  }
}
