import { Inject, Injectable } from '@nestjs/common';
import { SessionHints } from '../../../hints/session-hints.js';
import { LlmBroker } from '../../../llm/broker/broker.js';
import type { ClaimedRun } from '../../../queue/run-queue.repository.js';
import { RETRY_PORTS, type RetryPorts } from '../../../reliability/retry/retry.js';
import { COUNCIL_PROMPTS } from '../council-prompts.token.js';
import type { CouncilPrompts } from '../council/prompts.js';
import type { RunBeginning } from './run-beginning.js';
import { RunLogs } from './run-logs.js';
import { SessionEndings } from './session-endings.js';
import { SessionRun } from './session-run.js';
import { StageCalls, type SeatDelta } from './stage-calls.js';

/** Makes the run of a claimed session. */
@Injectable()
export class RunFactory {
  constructor(
    private readonly logs: RunLogs,
    private readonly broker: LlmBroker,
    private readonly endings: SessionEndings,
    private readonly hints: SessionHints,
    @Inject(COUNCIL_PROMPTS) private readonly prompts: CouncilPrompts,
    @Inject(RETRY_PORTS) private readonly ports: RetryPorts,
  ) {}

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
      openLog: (signal, onAppend) => this.logs.open(claim, beginning, { signal, onAppend }),
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
}
