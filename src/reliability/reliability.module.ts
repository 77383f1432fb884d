import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AttemptRunner } from './attempts/attempt-runner.js';
import { MethodExplorer } from './attempts/method.explorer.js';
import { BulkheadRegistry } from './bulkhead/bulkhead.registry.js';
import { CircuitGuard } from './circuit/circuit.guard.js';
import { CircuitRegistry } from './circuit/circuit.registry.js';
import { CLOCK, RANDOM, SLEEP, sleepOn, systemClock, type Clock, type Random, type Sleep } from './ports.js';
import { RETRY_PORTS, type RetryPorts } from './retry/retry.js';
import { RetryBudgetRegistry } from './retry/retry-budget.registry.js';
import { RetryInterceptor } from './retry/retry.interceptor.js';

export interface ReliabilityModuleOptions {
  /** Default: the system's. */
  clock?: Clock;
  /** Default: a sleep on the clock. */
  sleep?: Sleep;
  /** Default: `Math.random`. */
  random?: Random;
}

/** The kernel's ports, registries, guard and interceptor, for all modules. The filter is bound where the app is composed. */
@Module({})
export class ReliabilityModule {
  static forRoot(options: ReliabilityModuleOptions = {}): DynamicModule {
    const clock = options.clock ?? systemClock;
    const sleep = options.sleep ?? sleepOn(clock);
    const random = options.random ?? Math.random;
    const shared: Provider[] = [
      { provide: CLOCK, useValue: clock },
      { provide: SLEEP, useValue: sleep },
      { provide: RANDOM, useValue: random },
      { provide: RETRY_PORTS, useValue: { clock, sleep, random } satisfies RetryPorts },
      CircuitRegistry,
      BulkheadRegistry,
      RetryBudgetRegistry,
      AttemptRunner,
      CircuitGuard,
      RetryInterceptor,
    ];
    return {
      module: ReliabilityModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [...shared, MethodExplorer],
      exports: shared,
    };
  }
}
