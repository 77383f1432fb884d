import { Inject, Injectable } from '@nestjs/common';
import { CircuitRegistry } from '../circuit/circuit.registry.js';
import { currentContext } from '../context/request-context.js';
import { Listeners } from '../listeners.js';
import { RetryBudgetRegistry } from '../retry/retry-budget.registry.js';
import { retry, RETRY_PORTS, type AttemptRecord, type RetryPorts } from '../retry/retry.js';
import type { AttemptPlan } from './attempt-plan.js';

/** An attempt of a method that `@Retry` decorates. */
export interface MethodAttempt extends AttemptRecord {
  /** `Class.method`. */
  readonly method: string;
}

/** Runs decorated methods. The retry wraps the circuit, so each attempt asks the circuit again. */
@Injectable()
export class AttemptRunner {
  private readonly listeners = new Listeners<MethodAttempt>();

  constructor(
    @Inject(RETRY_PORTS) private readonly ports: RetryPorts,
    @Inject(CircuitRegistry) private readonly circuits: CircuitRegistry,
    @Inject(RetryBudgetRegistry) private readonly budgets: RetryBudgetRegistry,
  ) {}

  /** Calls the listener after each attempt under `@Retry`. @returns a function that unsubscribes it. */
  onAttempt(listener: (attempt: MethodAttempt) => void): () => void {
    return this.listeners.add(listener);
  }

  /** @throws what the last attempt threw; the circuit's refusal; the reason that ended the deadline. */
  async run<T>(plan: AttemptPlan, work: () => T | Promise<T>): Promise<T> {
    const attempt = () => this.attempt(plan, work);
    if (!plan.retry) return attempt();
    return retry(attempt, {
      policy: plan.retry.policy,
      ports: this.ports,
      deadline: currentContext()?.deadline,
      budget: this.budgets.get(plan.retry.budget ?? ownerOf(plan)),
      onAttempt: (record) => this.listeners.notify({ ...record, method: plan.method }),
    });
  }

  private attempt<T>({ circuit }: AttemptPlan, work: () => T | Promise<T>): T | Promise<T> {
    return circuit ? this.circuits.get(circuit.circuit, circuit.options).run(work) : work();
  }
}

function ownerOf(plan: AttemptPlan): string {
  return plan.method.slice(0, plan.method.lastIndexOf('.'));
}
