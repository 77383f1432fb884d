import { Deadline } from '../../reliability/deadline/deadline.js';
import type { BulkheadPermit } from '../../reliability/bulkhead/bulkhead.js';
import type { BulkheadClaim } from '../../reliability/bulkhead/places.js';
import { currentContext } from '../../reliability/context/request-context.js';
import { isAppError } from '../../reliability/errors/app-error.js';
import { compileRetryPolicy } from '../../reliability/retry/retry-policy.js';
import { retry, type RetryPorts } from '../../reliability/retry/retry.js';
import { ProviderFault, type FaultKind } from '../provider-fault.js';
import type { ChatRequest } from '../provider.js';
import { attempt, type Attempted } from './attempt.js';
import type { CallProgress } from './call-progress.js';
import type { LlmAttempt } from './llm-attempt.js';
import type { LlmAnswer } from './llm-call.js';
import { repairRequest } from './repair.js';
import { RouteRefusal, type Route } from './route.js';

/** At one route, for one request; the first wait is at most 250 ms. */
const POLICY = compileRetryPolicy({ maxAttempts: 3, baseMs: 250, capMs: 30_000 });

/** How long a call waits for a place at a busy route while another route could answer, milliseconds. */
const PATIENCE_MS = 1000;

/** How servers fail that cannot continue a prefill and do not say so: their chat template raises an error, or ends the answer. */
const MAY_REFUSE_PREFILL: readonly FaultKind[] = ['server_error', 'empty', 'malformed'];

/** What a server says that refuses a request for its prefill: OpenRouter has no endpoint for such a request, and answers 404. */
const REFUSES_PREFILL: readonly FaultKind[] = ['rejected', 'unusable', 'context_too_long'];

/** The Retry-After when every place is taken, milliseconds. */
const BUSY_RETRY_MS = 1000;

export interface RouteCallParts {
  readonly ports: RetryPorts;
  /** Asks for a repair; `{complaint}` stands for what was wrong. */
  readonly repairPrompt: string;
  readonly notify: (attempt: LlmAttempt) => void;
}

/** One call at one route: its attempts, and the one repair. */
export class RouteCall<T> {
  private readonly claim: BulkheadClaim;
  private readonly latestMs: number;
  /** When its work must end, in monotonic milliseconds, before the call's waits for places are added. */
  private readonly workUntilMs: number;
  /** Whether the last attempt had a prefill, and failed like a server that cannot continue one. */
  private prefillMayFail = false;

  /** @param others whether another route could answer: half of the time is then kept for it. */
  constructor(
    private readonly route: Route,
    private readonly progress: CallProgress<T>,
    private readonly others: boolean,
    private readonly parts: RouteCallParts,
  ) {
    const share = others ? 2 : 1;
    this.latestMs = this.nowMs + progress.deadlineLeftMs() / share;
    this.workUntilMs = this.nowMs + progress.workLeftMs() / share - progress.waitedMs;
    const { tenantId = currentContext()?.principal?.tenantId, lane } = progress.call;
    this.claim = { key: tenantId, lane };
  }

  /** @throws RouteRefusal, ProviderFault, the deadline's reason. */
  async run(): Promise<LlmAnswer<T>> {
    const { request } = this.progress.call;
    const first = await this.pursue(request);
    if (first.complaint === undefined || !this.progress.mayRetry) return accepted(first);
    this.progress.countRetry();
    try {
      const again = repairRequest(request, this.parts.repairPrompt, first.content, first.complaint);
      return accepted(await this.pursue(again));
    } catch (error) {
      if (first.answer) return first.answer;
      throw error;
    }
  }

  private pursue(request: ChatRequest): Promise<Attempted<T>> {
    const { progress, route, parts } = this;
    const { retryWithinMs = Infinity } = progress.call.limits;
    const startedMs = this.nowMs;
    const leftMs = () => Math.min(retryWithinMs / (this.others ? 2 : 1), this.untilMs - startedMs);
    return retry(
      (number) => {
        if (number > 1) progress.countRetry();
        const prefill = this.route.takesPrefill(this.nowMs) && !(this.prefillMayFail && number === POLICY.maxAttempts);
        return this.inPlace(() => this.ask(request, prefill));
      },
      {
        policy: {
          ...POLICY,
          // Read again after each attempt: a wait for a place postpones the limit.
          get totalMs() {
            return Math.max(0, leftMs());
          },
          retryable: (error) => this.mayRepeat(error),
        },
        ports: parts.ports,
        deadline: progress.call.deadline,
        budget: route.budget,
      },
    );
  }

  /** A provider that rejects a prefill is asked again, for the whole answer. */
  private async ask(request: ChatRequest, prefill: boolean): Promise<Attempted<T>> {
    const { route, progress, parts, untilMs, others } = this;
    const { relay } = progress.call;
    const put = (continues: boolean) =>
      attempt(route, relay?.requestFor(request, continues) ?? request, progress, {
        clock: parts.ports.clock,
        untilMs,
        others,
        notify: parts.notify,
      });
    try {
      return await put(prefill);
    } catch (error) {
      this.prefillMayFail = relay?.usesPrefill === true && isFault(error, ...MAY_REFUSE_PREFILL);
      if (relay?.usesPrefill !== true || !isFault(error, ...REFUSES_PREFILL)) throw error;
    }
    try {
      const attempted = await put(false);
      route.refusesPrefill(this.nowMs);
      return attempted;
    } catch (error) {
      // It has accepted the request: all that it refused before was the prefill.
      if (isFault(error, 'diverged')) route.refusesPrefill(this.nowMs);
      throw error;
    }
  }

  /** A provider that died midway through an answer is not asked for the rest. */
  private mayRepeat(error: unknown): boolean {
    if (!(error instanceof ProviderFault) || error.fault.again !== 'backoff') return false;
    if (this.progress.call.relay?.speaker === this.route.name) return false;
    return this.progress.mayRetry && !this.route.refusal();
  }

  private async inPlace<R>(work: () => Promise<R>): Promise<R> {
    const place = this.route.bulkhead.tryAcquire(this.claim) ?? (await this.waitForPlace());
    try {
      return await work();
    } finally {
      place.release();
    }
  }

  /** Without another route, waits as long as the deadline allows: our own crowd is no failure of the provider's. */
  private async waitForPlace(): Promise<BulkheadPermit> {
    const { progress, route, others, parts } = this;
    const leftMs = others ? Math.min(PATIENCE_MS, this.untilMs - this.nowMs) : this.latestMs - this.nowMs;
    const wait = Deadline.after(parts.ports.clock, Math.max(0, leftMs));
    const over = progress.beginWait();
    try {
      const { signal } = progress.call.deadline;
      const place = await route.bulkhead.acquire({ ...this.claim, signal, deadline: wait });
      if (this.latestMs > this.nowMs) return place;
      // Calls that began together time out together: the place that one gives back comes too late for the next.
      place.release();
      throw new RouteRefusal('overloaded', BUSY_RETRY_MS);
    } catch (error) {
      progress.call.deadline.throwIfPassed();
      if (isAppError(error, 'overloaded') || isAppError(error, 'deadline_exceeded'))
        throw new RouteRefusal('overloaded', BUSY_RETRY_MS);
      throw error;
    } finally {
      over();
      wait.release();
    }
  }

  /** When the attempts must have ended, in monotonic milliseconds. */
  private get untilMs(): number {
    return Math.min(this.latestMs, this.workUntilMs + this.progress.waitedMs);
  }

  private get nowMs(): number {
    return this.parts.ports.clock.monotonicMs();
  }
}

function isFault(error: unknown, ...kinds: FaultKind[]): boolean {
  return error instanceof ProviderFault && kinds.includes(error.kind);
}

function accepted<T>({ answer }: Attempted<T>): LlmAnswer<T> {
  if (answer) return answer;
  throw new ProviderFault('mismatched');
}
