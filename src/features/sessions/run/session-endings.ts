import { Injectable } from '@nestjs/common';
import type { Place } from '../../../journal/session-write.js';
import type { RunEntry } from './run-entry.js';
import { HoldsService } from '../../usage/index.js';
import type { CouncilEvent } from '../council/events.js';
import { SESSION_FEATURE } from '../session-feature.js';
import type { FailureCode } from '../session-status.js';
import type { Appended } from './entry-line.js';
import type { RunLog } from './run-log.js';

/** An entry that ends an attempt. */
export type Ending = RunEntry & Required<Pick<RunEntry, 'place' | 'unit'>>;

/** The last entry of an attempt, or of a worker's part in it. */
@Injectable()
export class SessionEndings {
  constructor(private readonly holds: HoldsService) {}

  /**
   * The entry that completes a session: it may come with the last answer.
   * @param install the install whose count it adds to; left out: the server's.
   */
  completion(install?: string): Ending {
    return this.ending({ type: 'complete', data: {} }, { status: 'completed' }, install);
  }

  complete(log: RunLog): Promise<Appended> {
    return log.append(() => this.completion(log.installId));
  }

  cancel(log: RunLog): Promise<Appended> {
    return log.append(() => this.ending({ type: 'cancelled', data: {} }, { status: 'cancelled' }));
  }

  fail(log: RunLog, failure: { code: FailureCode; detail: string; recoverable: boolean }): Promise<Appended> {
    return log.append(() => this.ending({ type: 'error', data: failure }, { status: 'failed', failure }));
  }

  /** A paused session keeps its unit of the quota. */
  pause(log: RunLog): Promise<Appended> {
    return log.append(() => ({ events: [{ type: 'paused', data: {} }], place: { status: 'paused' } }));
  }

  /** The unit of the quota is counted or given back in the transaction of the event. */
  private ending(event: CouncilEvent, place: Place, install?: string): Ending {
    const unit = this.holds.ending(SESSION_FEATURE, place.status === 'completed', install);
    return { events: [event], place, unit };
  }
}
