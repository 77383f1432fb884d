import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { PACKAGE_ROOT } from '../../config/package.js';
import { LlmModule } from '../../llm/llm.module.js';
import { loadPrompt } from '../../llm/prompt.js';
import { UsageModule } from '../usage/index.js';
import { BreakdownController } from './breakdown.controller.js';
import { BreakdownService } from './breakdown.service.js';
import { BreakdownWarmUp } from './breakdown.warm-up.js';
import { PROMPT_FILE } from './plan-request.js';
import { BREAKDOWN_PROMPT, PlanningService } from './planning.service.js';
import { TemplatesService } from './templates.service.js';
import { TemplateLibrary } from './templates/template-library.js';

@Module({
  imports: [LlmModule, UsageModule],
  controllers: [BreakdownController],
  providers: [
    BreakdownService,
    BreakdownWarmUp,
    PlanningService,
    TemplatesService,
    { provide: TemplateLibrary, useFactory: () => TemplateLibrary.load(join(PACKAGE_ROOT, 'config', 'templates')) },
    { provide: BREAKDOWN_PROMPT, useFactory: () => loadPrompt(PROMPT_FILE) },
  ],
})
export class BreakdownModule {}
