import { LlmBroker } from '../../../llm/broker/broker.js';
import type { LlmAnswer, TextDelta } from '../../../llm/broker/llm-call.js';
import { AppError, isAppError } from '../../../reliability/errors/app-error.js';
import type { RetryPorts } from '../../../reliability/retry/retry.js';
import type { Answer } from '../council/answers/answer.js';
import { read } from '../council/answers/read-answer.js';
import { isDispensable, type CallSpec } from '../council/calls.js';
import { absent, follow, holdsWithout, indexOfAnswer, next, opening } from '../council/council.js';
import type { CouncilPrompts } from '../council/prompts.js';
import { request } from '../council/request.js';
import type { CouncilSpec, SeatId } from '../council/spec.js';
import { advance, type CouncilState } from '../council/state.js';
import { planRows } from './plan-rows.js';
import type { RunControl, RunFailure } from './run-control.js';
import type { RunEntry } from './run-entry.js';
import { CALL_LIMITS, FIRST_WAIT_MS, LONGEST_WAIT_MS, PATIENCE_MS } from './run-limits.js';
import type { RunLog } from './run-log.js';
import type { Ending } from './session-endings.js';
import { SpokenText } from './spoken-text.js';

interface FailedCall {
  readonly call: CallSpec;
  readonly error: AppError;
}

export interface StageCallsParts {
  readonly spec: CouncilSpec;
  readonly prompts: CouncilPrompts;
  readonly broker: LlmBroker;
  readonly ports: RetryPorts;
  /** The entry that completes the session. */
  readonly completion: () => Ending;
  /** Called with a seat's text as it comes. Another attempt may say it again: only the log counts. */
  readonly tell: (delta: SeatDelta) => void;
}

/** A piece of a contribution, as streams have it. */
export interface SeatDelta {
  readonly round: number;
  readonly seat: SeatId;
  readonly text: string;
}

/** The most that a column holds. */
const MOST_TOKENS = 2 ** 31 - 1;

/** The calls of a council's stages: asked all at once, and each answer logged as it comes. */
export class StageCalls {
  private waits = 0;
  private failingSinceMs: number | undefined;

  constructor(
    private readonly run: RunControl,
    private readonly log: RunLog,
    private readonly parts: StageCallsParts,
  ) {}

  /**
   * Asks the missing calls. A seat without an answer is absent. Where the council needs an answer, this waits a while, and the
   * next call of this method asks again. Where all have answered, the answers may still be on their way into the log.
   * @returns why the session fails; undefined when it may go on.
   * @throws RunLost
   */
  async ask(calls: readonly CallSpec[]): Promise<RunFailure | undefined> {
    const settled = await Promise.allSettled(calls.map((call) => this.answered(call)));
    for (const one of settled) if (one.status === 'rejected') throw one.reason;
    const failed = settled.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
    const waited = this.waits > 0;
    if (failed.length < calls.length) this.hope();
    if (failed.length === 0 || this.run.interrupted) return undefined;
    await this.log.stored;
    const needed = failed.find(({ call }) => !isDispensable(call));
    return needed ? this.withoutNeeded(needed) : this.withoutSeats(failed, waited);
  }

  private async answered(call: CallSpec): Promise<FailedCall | undefined> {
    const { spec, prompts, broker } = this.parts;
    const { expected: state } = this.log;
    const seat = 'seat' in call ? spec.seats.find((one) => one.seat === call.seat) : undefined;
    let answer: LlmAnswer<Answer>;
    try {
      answer = await broker.call({
        request: request(spec, state, call, prompts),
        read: read(call, spec, state),
        limits: CALL_LIMITS,
        deadline: this.run.deadline,
        tenantId: this.run.tenantId,
        lane: 'background',
        callId: `${this.run.callPrefix}/${call.key}`,
        first: seat?.model.split('/', 1)[0],
        onWait: () => this.run.standInLine(),
        onDelta: this.listenerOf(call),
      });
    } catch (error) {
      if (this.run.interrupted || this.run.deadline.remainingMs() === 0) {
        if (isAppError(error) || error === this.run.deadline.signal.reason) return undefined;
      }
      if (isAppError(error) && error.code !== 'internal_error') return { call, error };
      throw error;
    }
    await this.handIn(call, answer);
    return undefined;
  }

  private listenerOf(call: CallSpec): ((delta: TextDelta) => void) | undefined {
    if (call.kind !== 'contribute') return undefined;
    const { round, seat } = call;
    const spoken = new SpokenText((text) => this.parts.tell({ round, seat, text }));
    return ({ text }) => spoken.add(text);
  }

  /** Adds the answer to the log. Only the plan, which comes last, is waited for: the next calls are asked meanwhile. */
  private async handIn(call: CallSpec, { value, completion, ...by }: LlmAnswer<Answer>): Promise<void> {
    const { spec } = this.parts;
    const [inputTokens, outputTokens] = [completion.usage.prompt_tokens, completion.usage.completion_tokens].map(
      (count) => Math.min(count, MOST_TOKENS),
    ) as [number, number];
    const plan = call.kind === 'plan' ? planRows(this.log.projectId) : undefined;
    const entryFor = (state: CouncilState): RunEntry => {
      const followed = follow(spec, state, call.key, value, plan?.idOf);
      // If the start could not be written, it comes with the first answer, or the log would never have it.
      const begun = state.started || followed.length === 0 ? [] : opening(spec);
      const events = [...begun, ...followed];
      const event = begun.length + indexOfAnswer(followed);
      const calls = [{ key: call.key, event, ...by, inputTokens, outputTokens }];
      return { events, calls, ...(plan === undefined ? {} : { actions: plan.rowsOf(events) }) };
    };
    if (plan === undefined) {
      // `stored` tells of a failure.
      this.log.append(entryFor).catch(() => {});
      return;
    }
    const done = await this.log.append((state) => this.completed(state, entryFor(state)));
    // The session must be cancelled instead; its last answer is paid for all the same, and is kept.
    if (done === 'refused') await this.log.append(entryFor);
  }

  /** The last answer completes the session in the same commit, unless something else is due first. */
  private completed(state: CouncilState, entry: RunEntry): RunEntry {
    const { spec, completion } = this.parts;
    if (entry.events.length === 0 || this.run.interrupted || this.run.deadline.remainingMs() === 0) return entry;
    if (next(spec, advance(state, entry.events)).kind !== 'complete') return entry;
    const { events, ...ending } = completion();
    return { ...entry, ...ending, events: [...entry.events, ...events] };
  }

  private async withoutNeeded(needed: FailedCall): Promise<RunFailure | undefined> {
    const { call, error } = needed;
    if (error.code === 'content_filtered')
      return { code: 'content_filtered', detail: 'A model provider refused the content.' };
    if (!error.retryable || !this.isPatient([needed]))
      return { code: 'providers_failed', detail: `"${call.key}": ${error.spec.title}.` };
    await this.wait([needed]);
    return undefined;
  }

  /** @param waited whether the council was waiting for providers: when they come back, the other seats follow the first. */
  private async withoutSeats(failed: readonly FailedCall[], waited: boolean): Promise<undefined> {
    const { spec } = this.parts;
    await this.miss(failed.filter(({ error }) => !error.retryable));
    const hopeful = failed.filter(({ error }) => error.retryable);
    if (hopeful.length === 0 || next(spec, this.log.state).kind === 'fail') return;
    const keys = hopeful.map(({ call }) => call.key);
    const isAwaited = waited || hopeful.some(isCrowdedOut) || !holdsWithout(spec, this.log.state, keys);
    if (isAwaited && this.isPatient(hopeful)) await this.wait(hopeful);
    // Patience is for failing providers; a call that found no place has not asked one.
    else await this.miss(hopeful.filter((one) => !isCrowdedOut(one)));
  }

  private async miss(failed: readonly FailedCall[]): Promise<void> {
    for (const { call, error } of failed)
      await this.log.append((state) => ({ events: absent(this.parts.spec, state, call.key, error.code) }));
  }

  private isPatient(failed: readonly FailedCall[]): boolean {
    if (failed.every(isCrowdedOut)) return true;
    const now = this.parts.ports.clock.monotonicMs();
    this.failingSinceMs ??= now;
    if (now - this.failingSinceMs < PATIENCE_MS) return true;
    this.hope();
    return false;
  }

  /** A call was answered, or patience has run out: the next failures meet with the whole of it. */
  private hope(): void {
    this.failingSinceMs = undefined;
    this.waits = 0;
  }

  private async wait(failed: readonly FailedCall[]): Promise<void> {
    const over = failed.every(isCrowdedOut) ? this.run.standInLine() : undefined;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.waits);
    this.waits += 1;
    const slept = this.parts.ports.sleep(waitMs, this.run.deadline.signal).catch(() => {});
    await Promise.race([slept, this.run.nudged]);
    over?.();
  }
}

/** Every place at the providers is taken by calls of our own: no provider has failed. */
function isCrowdedOut({ error }: FailedCall): boolean {
  return error.code === 'overloaded';
}
