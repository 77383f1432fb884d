import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { BulkheadRegistry } from '../reliability/bulkhead/bulkhead.registry.js';
import { CircuitRegistry } from '../reliability/circuit/circuit.registry.js';
import { CLOCK, type Clock } from '../reliability/ports.js';
import { RETRY_PORTS, type RetryPorts } from '../reliability/retry/retry.js';
import { RetryBudgetRegistry } from '../reliability/retry/retry-budget.registry.js';
import { LlmBroker } from './broker/broker.js';
import { chainOf, offlinePlanner } from './chain.js';
import { LAST_RESORT, type LastResort } from './last-resort.js';
import { LlmTelemetry } from './llm-telemetry.js';
import { loadPrompt } from './prompt.js';

const REPAIR_PROMPT = 'repair.v1.md';

/** The providers of models, behind one broker. */
@Module({
  providers: [
    LlmTelemetry,
    {
      provide: LlmBroker,
      inject: [APP_CONFIG, RETRY_PORTS, CircuitRegistry, BulkheadRegistry, RetryBudgetRegistry],
      useFactory: (
        { llm }: AppConfig,
        ports: RetryPorts,
        circuits: CircuitRegistry,
        bulkheads: BulkheadRegistry,
        budgets: RetryBudgetRegistry,
      ) =>
        new LlmBroker({
          routes: chainOf(llm.providers, ports.clock, { circuits, bulkheads, budgets }),
          ports,
          repairPrompt: loadPrompt(REPAIR_PROMPT),
        }),
    },
    {
      provide: LAST_RESORT,
      inject: [APP_CONFIG, CLOCK],
      useFactory: ({ llm }: AppConfig, clock: Clock): LastResort =>
        llm.offlineFallback && llm.providers.some(({ kind }) => kind !== 'offline') ? offlinePlanner(clock) : null,
    },
  ],
  exports: [LlmBroker, LAST_RESORT],
})
export class LlmModule implements OnApplicationShutdown {
  constructor(private readonly broker: LlmBroker) {}

  /** At the very end: in `onModuleDestroy` HTTP still serves. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.broker.routes.map(async ({ provider }) => provider.close?.()));
  }
}
