import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../ports.js';
import { RetryBudget, type RetryBudgetOptions, type RetryBudgetSnapshot } from './retry-budget.js';

/** The retry budgets of the process, by name. Names come from code and configuration, never from requests. */
@Injectable()
export class RetryBudgetRegistry {
  private readonly budgets = new Map<string, RetryBudget>();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** The budget of this name, made on first use; the first user's options hold. */
  get(name: string, options?: RetryBudgetOptions): RetryBudget {
    const known = this.budgets.get(name);
    if (known) return known;
    const made = new RetryBudget(name, this.clock, options);
    this.budgets.set(name, made);
    return made;
  }

  snapshot(): readonly RetryBudgetSnapshot[] {
    return [...this.budgets.values()].map((budget) => budget.snapshot());
  }
}
