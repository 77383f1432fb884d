import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { newUuid, PREFIX, publicId } from '../../database/id.js';
import { DEFAULT_DEADLINE_MS } from '../../http/limits.js';
import { codePoints } from '../../http/validators.js';
import { currentContext, type Principal } from '../../reliability/context/request-context.js';
import { Deadline } from '../../reliability/deadline/deadline.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { QuotaHolders } from '../tenancy/index.js';
import { ChargesService } from '../usage/index.js';
import { MAX_TOTAL_CHARACTERS, type BreakdownDto, type CreateBreakdownDto } from './dto/breakdown.dto.js';
import type { PlanStep } from './plan-step.js';
import { PlanningService } from './planning.service.js';
import type { Match } from './templates/retrieval.js';
import { TemplateLibrary } from './templates/template-library.js';

const FEATURE = 'breakdown';
const DEFAULT_GRANULARITY = 3;

/** Turns a task into steps. What the task says is neither stored nor logged. */
@Injectable()
export class BreakdownService implements OnModuleInit {
  constructor(
    private readonly charges: ChargesService,
    private readonly quotas: QuotaHolders,
    private readonly templates: TemplateLibrary,
    private readonly planning: PlanningService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.quotas.add(FEATURE, (_manager, tenantId) => this.charges.limit({ tenantId, feature: FEATURE }));
  }

  /** @throws AppError request_too_large, validation_error, quota_exceeded, install_id_mismatch, of category upstream */
  async create(principal: Principal, body: CreateBreakdownDto): Promise<BreakdownDto> {
    const startedMs = this.clock.monotonicMs();
    this.refuseTooLarge(body);
    const match = this.chooseTemplate(body);
    const { granularity = DEFAULT_GRANULARITY, context_hints: hints = [] } = body;
    const template = match ? this.templates.localise(match.template, match.language) : null;
    return this.charges.charge(
      { principal, feature: FEATURE, installId: body.install_id, discreet: true },
      async () => {
        const deadline = currentContext()?.deadline ?? Deadline.after(this.clock, DEFAULT_DEADLINE_MS);
        const plan = await this.planning.plan({ task: body.input_text, granularity, hints, template }, deadline);
        const result = {
          id: publicId(PREFIX.breakdown, newUuid(this.clock.epochMs())),
          steps: plan.steps as PlanStep[] as BreakdownDto['steps'],
          provider: plan.provider,
          model: plan.model,
          degraded: plan.degraded,
          template_id: match?.template.id ?? null,
          attempts: plan.attempts,
          latency_ms: Math.round(this.clock.monotonicMs() - startedMs),
          usage: { input_tokens: plan.usage.prompt_tokens, output_tokens: plan.usage.completion_tokens },
        };
        return { result, chargeable: !plan.degraded };
      },
    );
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
}
