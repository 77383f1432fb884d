import { Module } from '@nestjs/common';
import { CLOCK, type Clock } from '../reliability/ports.js';
import { OfflinePlanner } from './offline/offline-planner.js';
import type { LlmProvider } from './provider.js';

/** Injection token of the provider that answers. */
export const LLM_PROVIDER = Symbol('LlmProvider');

/** The providers of models. With none configured, the offline planner is the provider. */
@Module({
  providers: [
    {
      provide: LLM_PROVIDER,
      inject: [CLOCK],
      useFactory: (clock: Clock): LlmProvider => new OfflinePlanner(() => Math.floor(clock.epochMs() / 1000)),
    },
  ],
  exports: [LLM_PROVIDER],
})
export class LlmModule {}
