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
import { RunLog, RunLost } from './run-log.js';
import { SessionEndings } from './session-endings.js';
import { SessionRun } from './session-run.js';
import { StageCalls, type SeatDelta } from './stage-calls.js';

/** Makes what works on one claimed session. */
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

  make(claim: ClaimedRun): SessionRun {
    const { broker, ports, prompts, endings, hints } = this;
    const { sessionId } = claim;
    const tell = (delta: SeatDelta) => hints.publishDelta({ sessionId, data: JSON.stringify(delta) });
    return new SessionRun({
      claim,
      ports,
      endings,
      openLog: (signal, onAppend) => this.openLog(claim, signal, onAppend),
      callsOf: (run, log) =>
        new StageCalls(run, log, {
          spec: log.spec,
          prompts,
          broker,
          ports,
          completion: () => endings.completion(),
          tell,
        }),
    });
  }

  private async openLog(
    claim: ClaimedRun,
    signal: AbortSignal,
    onAppend: (wanted: Wish | null) => void,
  ): Promise<RunLog> {
    const key: SessionKey = { tenantId: claim.tenantId, sessionId: claim.sessionId };
    const session = readOpening(claim.opening);
    // What is to be paused or cancelled need not be read either.
    const unread = claim.stalls >= MOST_STALLS || claim.wanted !== null;
    const state = unread ? EMPTY_STATE : await this.read(claim, session.end.sequence);
    const spec = councilSpecOf({ id: claim.sessionId, ...session });
    const { projectId } = session;
    const parts = {
      ...key,
      spec,
      projectId,
      fence: claim.fence,
      repository: this.log,
      ports: this.ports,
      signal,
      onAppend,
      unread,
    };
    return new RunLog(parts, session.end, state);
  }

  /** A log of a later release is for a worker of that release. @throws RunLost */
  private async read(claim: ClaimedRun, until: number): Promise<CouncilState> {
    try {
      return await loggedState(this.log, claim, until);
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      await this.parked.park(claim, error);
      throw new RunLost('unreadable');
    }
  }
}
