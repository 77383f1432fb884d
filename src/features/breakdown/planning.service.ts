import { Inject, Injectable } from '@nestjs/common';
import { LlmBroker } from '../../llm/broker/broker.js';
import type { CallLimits, Reading } from '../../llm/broker/llm-call.js';
import { LAST_RESORT, type LastResort } from '../../llm/last-resort.js';
import type { ChatRequest, TokenCounts } from '../../llm/provider.js';
import { ProviderFault } from '../../llm/provider-fault.js';
import type { Granularity } from '../../llm/offline/granularity.js';
import type { Deadline } from '../../reliability/deadline/deadline.js';
import { isAppError } from '../../reliability/errors/app-error.js';
import { PLAN_RESPONSE_FORMAT, planMessages, type PlanRequest } from './plan-request.js';
import { ofSize } from './plan-size.js';
import type { PlanStep } from './plan-step.js';
import { readPlan, type PlanReading } from './plan.js';

/** Injection token of the system prompt. */
export const BREAKDOWN_PROMPT = Symbol('BreakdownPrompt');

const LIMITS: CallLimits = { attemptMs: 20_000, maxAnswerBytes: 1024 * 1024, retries: 3 };

/** Milliseconds of the deadline that are kept for the last resort. */
const LAST_RESORT_MS = 200;

const COMPLAINTS = {
  not_json: 'it is not one JSON object.',
  no_steps: 'it has no list `steps` of objects with a `title`.',
} as const satisfies Record<Extract<PlanReading, { ok: false }>['reason'], string>;

/** A plan, and where it comes from. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly provider: string;
  readonly model: string;
  /** Every provider has failed, and the last resort stepped in. */
  readonly degraded: boolean;
  /** At providers, in all, the last resort included. */
  readonly attempts: number;
  readonly usage: TokenCounts;
}

/** Gets a plan from the chain of providers, or from the last resort when all of them fail. */
@Injectable()
export class PlanningService {
  constructor(
    private readonly broker: LlmBroker,
    @Inject(LAST_RESORT) private readonly lastResort: LastResort,
    @Inject(BREAKDOWN_PROMPT) private readonly prompt: string,
  ) {}

  /** @throws AppError of category upstream, `overloaded`; the deadline's reason. */
  async plan(wanted: PlanRequest, deadline: Deadline): Promise<Plan> {
    const request = { messages: planMessages(this.prompt, wanted), response_format: PLAN_RESPONSE_FORMAT };
    const read = (content: string) => readSized(content, wanted.granularity);
    let failures = 0;
    try {
      const { value, completion, provider, model, attempts } = await this.broker.call({
        request,
        read,
        limits: LIMITS,
        deadline,
        reserveMs: this.lastResort ? LAST_RESORT_MS : 0,
        onAttempt: () => (failures += 1),
      });
      return { steps: value, provider, model, degraded: false, attempts, usage: completion.usage };
    } catch (error) {
      if (!this.lastResort || !leavesARest(error)) throw error;
      deadline.throwIfPassed();
      return this.standIn(this.lastResort, request, read, { deadline, failures });
    }
  }

  private async standIn(
    planner: NonNullable<LastResort>,
    request: ChatRequest,
    read: (content: string) => Reading<readonly PlanStep[]>,
    { deadline, failures }: { deadline: Deadline; failures: number },
  ): Promise<Plan> {
    const { name: provider, model } = planner;
    const { signal } = deadline;
    const call = { model, signal, timeoutMs: LAST_RESORT_MS, maxAnswerBytes: LIMITS.maxAnswerBytes };
    const completion = await planner.complete(request, call);
    const reading = read(completion.choices[0]?.message.content ?? '');
    if (!reading.ok) throw new ProviderFault('mismatched');
    const { usage } = completion;
    return { steps: reading.value, provider, model, degraded: true, attempts: failures + 1, usage };
  }
}

/** Whether the last resort may answer: not when a provider has refused the content, nor when the fault is our own. */
function leavesARest(error: unknown): boolean {
  if (!isAppError(error)) return false;
  return error.code === 'overloaded' || (error.category === 'upstream' && error.code !== 'content_filtered');
}

function readSized(content: string, granularity: Granularity): Reading<readonly PlanStep[]> {
  const reading = readPlan(content);
  return reading.ok ? ofSize(reading.steps, granularity) : { ok: false, complaint: COMPLAINTS[reading.reason] };
}
