import { Inject, Injectable } from '@nestjs/common';
import { SessionLogRepository } from '../../../journal/session-log.repository.js';
import type { ClaimedRun } from '../../../queue/run-queue.repository.js';
import { RETRY_PORTS, type RetryPorts } from '../../../reliability/retry/retry.js';
import { UnreadableEvent } from '../council/events.js';
import { EMPTY_STATE, type CouncilState } from '../council/state.js';
import { readOpening } from '../session-opening.js';
import { loggedState } from '../session-state.js';
import { councilSpecOf } from '../session-view.js';
import { ParkedRuns } from './parked-runs.js';
import type { RunBeginning } from './run-beginning.js';
import { MOST_STALLS } from './run-limits.js';
import { RunLog, RunLost, type RunLogParts } from './run-log.js';

/** Opens the logs of claimed sessions. */
@Injectable()
export class RunLogs {
  constructor(
    private readonly repository: SessionLogRepository,
    private readonly parked: ParkedRuns,
    @Inject(RETRY_PORTS) private readonly ports: RetryPorts,
  ) {}

  /**
   * @param beginning given for a session that this process has made itself: nothing of it is read.
   * @throws RunLost when the log is for a worker of a later release; what the database throws.
   */
  async open(
    claim: ClaimedRun,
    beginning: RunBeginning | undefined,
    { signal, onAppend }: Pick<RunLogParts, 'signal' | 'onAppend'>,
  ): Promise<RunLog> {
    const { opening, state } = beginning ?? (await this.read(claim));
    const { tenantId, sessionId, fence } = claim;
    const parts: RunLogParts = {
      tenantId,
      sessionId,
      fence,
      spec: councilSpecOf({ id: sessionId, ...opening }),
      projectId: opening.projectId,
      installId: opening.spec.install_id,
      repository: this.repository,
      ports: this.ports,
      signal,
      onAppend,
      unread: isUnread(claim),
    };
    return new RunLog(parts, opening.end, state);
  }

  private async read(claim: ClaimedRun): Promise<RunBeginning> {
    const opening = readOpening(claim.opening);
    return { opening, state: isUnread(claim) ? EMPTY_STATE : await this.readLog(claim, opening.end.sequence) };
  }

  private async readLog(claim: ClaimedRun, until: number): Promise<CouncilState> {
    try {
      return await loggedState(this.repository, claim, until);
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      await this.parked.park(claim, error);
      throw new RunLost('unreadable');
    }
  }
}

/** A log stays unread when reading it may be what kills workers, or when the run is only to be paused or cancelled. */
function isUnread({ stalls, wanted }: ClaimedRun): boolean {
  return stalls >= MOST_STALLS || wanted !== null;
}
