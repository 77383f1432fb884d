import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { PACKAGE_ROOT } from '../../config/package.js';
import { LlmModule } from '../../llm/llm.module.js';
import { UsageModule } from '../usage/index.js';
import { BreakdownController } from './breakdown.controller.js';
import { BREAKDOWN_PROMPT, BreakdownService } from './breakdown.service.js';
import { BreakdownWarmUp } from './breakdown.warm-up.js';
import { loadPrompt, PROMPT_FILE } from './plan-request.js';
import { TemplatesService } from './templates.service.js';
import { TemplateLibrary } from './templates/template-library.js';

@Module({
  imports: [LlmModule, UsageModule],
  controllers: [BreakdownController],
  providers: [
    BreakdownService,
    BreakdownWarmUp,
    TemplatesService,
    { provide: TemplateLibrary, useFactory: () => TemplateLibrary.load(join(PACKAGE_ROOT, 'config', 'templates')) },
    { provide: BREAKDOWN_PROMPT, useFactory: () => loadPrompt(join(PACKAGE_ROOT, 'config', 'prompts', PROMPT_FILE)) },
  ],
})
export class BreakdownModule {}
