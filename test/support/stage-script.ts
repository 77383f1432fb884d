import type { CallSpec } from '../../src/features/sessions/council/calls.js';
import { follow } from '../../src/features/sessions/council/council.js';
import type { RunControl, RunFailure } from '../../src/features/sessions/run/run-control.js';
import type { RunLog } from '../../src/features/sessions/run/run-log.js';
import type { StageCalls } from '../../src/features/sessions/run/stage-calls.js';
import { answerFor } from './council.js';

export type Ask = (calls: readonly CallSpec[], log: RunLog, run: RunControl) => Promise<RunFailure | undefined>;

/** Answers the stages of a council without a model. */
export class StageScript {
  /** Every stage that was asked, by the key of its first call. */
  readonly stages: string[] = [];
  /** Comes before the answers of each stage, and in their place when it returns a failure. */
  before: Ask = () => Promise.resolve(undefined);

  callsOf(run: RunControl, log: RunLog): StageCalls {
    return { ask: (calls: readonly CallSpec[]) => this.ask(calls, log, run) } as unknown as StageCalls;
  }

  async answer(calls: readonly CallSpec[], log: RunLog): Promise<void> {
    const { spec } = log;
    for (const call of calls)
      await log.append((state) => ({ events: follow(spec, state, call.key, answerFor(call, spec, state)) }));
  }

  private async ask(calls: readonly CallSpec[], log: RunLog, run: RunControl): Promise<RunFailure | undefined> {
    this.stages.push(calls[0]?.key ?? '');
    const failure = await this.before(calls, log, run);
    if (failure || run.deadline.remainingMs() === 0) return failure;
    await this.answer(calls, log);
    return undefined;
  }
}
