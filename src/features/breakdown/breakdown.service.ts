import { Inject, Injectable } from '@nestjs/common';
import { newUuid, publicId } from '../../database/id.js';
import { codePoints } from '../../http/validators.js';
import { LLM_PROVIDER } from '../../llm/llm.module.js';
import type { ChatCompletion, LlmProvider } from '../../llm/provider.js';
import { currentContext, type Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { ChargesService } from '../usage/index.js';
import { MAX_TOTAL_CHARACTERS, type BreakdownDto, type CreateBreakdownDto } from './dto/breakdown.dto.js';
import { PLAN_RESPONSE_FORMAT, planMessages } from './plan-request.js';
import type { PlanStep } from './plan-step.js';
import { readPlan } from './plan.js';
import type { Match } from './templates/retrieval.js';
import { TemplateLibrary } from './templates/template-library.js';

const FEATURE = 'breakdown';
const DEFAULT_GRANULARITY = 3;

/** Injection token of the system prompt. */
export const BREAKDOWN_PROMPT = Symbol('BreakdownPrompt');

/** Turns a task into steps. What the task says is neither stored nor logged. */
@Injectable()
export class BreakdownService {
  constructor(
    private readonly charges: ChargesService,
    private readonly templates: TemplateLibrary,
    @Inject(LLM_PROVIDER) private readonly provider: LlmProvider,
    @Inject(BREAKDOWN_PROMPT) private readonly prompt: string,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws AppError request_too_large, validation_error, quota_exceeded, install_id_mismatch, of category upstream */
  async create(principal: Principal, body: CreateBreakdownDto): Promise<BreakdownDto> {
    const startedMs = this.clock.monotonicMs();
    this.refuseTooLarge(body);
    const match = this.chooseTemplate(body);
    return this.charges.charge({ principal, feature: FEATURE, installId: body.install_id }, async () => {
      const completion = await this.ask(body, match);
      const result = {
        id: publicId('brk', newUuid(this.clock.epochMs())),
        steps: stepsOf(completion) as PlanStep[] as BreakdownDto['steps'],
        provider: this.provider.name,
        model: completion.model,
        degraded: false,
        template_id: match?.template.id ?? null,
        attempts: 1,
        latency_ms: Math.round(this.clock.monotonicMs() - startedMs),
        usage: {
          input_tokens: completion.usage.prompt_tokens,
          output_tokens: completion.usage.completion_tokens,
        },
      };
      return { result, chargeable: true };
    });
  }

  private refuseTooLarge({ input_text, context_hints = [], template_ids = [] }: CreateBreakdownDto): void {
    const total = [input_text, ...context_hints, ...template_ids].reduce((sum, text) => sum + codePoints(text), 0);
    if (total > MAX_TOTAL_CHARACTERS)
      throw new AppError('request_too_large', {
        detail: `Task, hints and template ids have ${total} characters together; ${MAX_TOTAL_CHARACTERS} are allowed.`,
      });
  }

  private chooseTemplate({ input_text, template_ids = [] }: CreateBreakdownDto): Match | undefined {
    const errors = template_ids.flatMap((id, index) =>
      this.templates.get(id) ? [] : [{ pointer: `/template_ids/${index}`, detail: 'is not the id of a template' }],
    );
    if (errors.length > 0) throw new AppError('validation_error', { errors });
    return this.templates.choose(input_text, template_ids);
  }

  private ask(
    { input_text, granularity, context_hints = [] }: CreateBreakdownDto,
    match: Match | undefined,
  ): Promise<ChatCompletion> {
    const messages = planMessages(this.prompt, {
      task: input_text,
      granularity: granularity ?? DEFAULT_GRANULARITY,
      hints: context_hints,
      template: match ? this.templates.localise(match.template, match.language) : null,
    });
    const signal = currentContext()?.deadline.signal ?? new AbortController().signal;
    return this.provider.complete({ messages, response_format: PLAN_RESPONSE_FORMAT }, { signal });
  }
}

function stepsOf({ choices: [choice] }: ChatCompletion): readonly PlanStep[] {
  const reading = readPlan(choice?.message.content ?? '');
  if (reading.ok) return reading.steps;
  throw new AppError('provider_invalid_response', { cause: new Error(reading.reason) });
}
