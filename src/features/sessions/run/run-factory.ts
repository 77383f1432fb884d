import { Inject, Injectable } from '@nestjs/common';
import { SessionHints } from '../../../hints/session-hints.js';
import { SessionLogRepository } from '../../../journal/session-log.repository.js';
import type { SessionKey, Wish } from '../../../journal/session-write.js';
import { LlmBroker } from '../../../llm/broker/broker.js';
import type { ClaimedRun } from '../../../queue/run-queue.repository.js';
import { CLOCK, RANDOM, SLEEP, type Clock, type Random, type Sleep } from '../../../reliability/ports.js';
import type { RetryPorts } from '../../../reliability/retry/retry.js';
import { COUNCIL_PROMPTS } from '../council-prompts.token.js';
import type { CouncilPrompts } from '../council/prompts.js';
import { UnreadableEvent } from '../council/events.js';
import { EMPTY_STATE, type CouncilState } from '../council/state.js';
import { loggedState } from '../session-state.js';
import { councilSpecOf } from '../session-view.js';
import { readOpening } from '../session-opening.js';
import { MOST_STALLS } from './run-limits.js';
import { ParkedRuns } from './parked-runs.js';
import type { RunBeginning } from './run-beginning.js';
import { RunLog, RunLost } from './run-log.js';
import { SessionEndings } from './session-endings.js';
import { SessionRun } from './session-run.js';
import { StageCalls, type SeatDelta } from './stage-calls.js';

/** Makes the run of a claimed session. */
@Injectable()
export class RunFactory {
  private readonly ports: RetryPorts;

  constructor(
    private readonly log: SessionLogRepository,
    private readonly broker: LlmBroker,
    private readonly endings: SessionEndings,
    private readonly parked: ParkedRuns,
    private readonly hints: SessionHints,
    @Inject(COUNCIL_PROMPTS) private readonly prompts: CouncilPrompts,
    @Inject(CLOCK) clock: Clock,
    @Inject(SLEEP) sleep: Sleep,
    @Inject(RANDOM) random: Random,
  ) {
    this.ports = { clock, sleep, random };
  }

  /**
   * @param askedMs when the lease was asked for, by the monotonic clock.
   * @param beginning given for a session that this process has made itself: nothing of it is read.
   */
  make(claim: ClaimedRun, askedMs: number, beginning?: RunBeginning): SessionRun {
    const { broker, ports, prompts, endings, hints } = this;
    const { sessionId } = claim;
    const tell = (delta: SeatDelta) => hints.publishDelta({ sessionId, data: JSON.stringify(delta) });
    return new SessionRun({
      claim,
      askedMs,
      ports,
      endings,
      openLog: async (signal, onAppend) => this.openLog(claim, await (beginning ?? this.read(claim)), signal, onAppend),
      callsOf: (run, log) =>
        new StageCalls(run, log, {
          spec: log.spec,
          prompts,
          broker,
          ports,
          completion: () => endings.completion(log.installId),
          tell,
        }),
    });
  }

  private openLog(
    claim: ClaimedRun,
    { opening, state }: RunBeginning,
    signal: AbortSignal,
    onAppend: (wanted: Wish | null) => void,
  ): RunLog {
    const key: SessionKey = { tenantId: claim.tenantId, sessionId: claim.sessionId };
    const parts = {
      ...key,
      spec: councilSpecOf({ id: claim.sessionId, ...opening }),
      projectId: opening.projectId,
      installId: opening.spec.install_id,
      fence: claim.fence,
      repository: this.log,
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

  /** A log of a later release is for a worker of that release. @throws RunLost */
  private async readLog(claim: ClaimedRun, until: number): Promise<CouncilState> {
    try {
      return await loggedState(this.log, claim, until);
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
