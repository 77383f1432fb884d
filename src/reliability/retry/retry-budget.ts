import { numberFrom } from '../options.js';
import type { Clock } from '../ports.js';

export interface RetryBudgetOptions {
  /** How many retries each request adds. Default: 0.1. */
  ratio?: number;
  /** How many retries each second adds, so that a quiet service can retry at all. Default: 1. */
  perSecond?: number;
  /** The most retries that the budget can save up; it starts full. Default: 20. */
  capacity?: number;
}

export interface RetryBudgetSnapshot {
  readonly name: string;
  /** Whole retries that may be made now. */
  readonly available: number;
  readonly spent: number;
  /** Retries that were not made for want of budget. */
  readonly denied: number;
}

/** Tokens of one retry: a budget counts in thousandths, since ten times 0.1 is not 1 in floating point. */
const UNIT = 1000;

/** Keeps retries to a share of the requests, so that they do not bury a part that is failing. */
export class RetryBudget {
  private readonly ratio: number;
  private readonly perMs: number;
  private readonly capacity: number;
  private tokens: number;
  private refilledAtMs: number;
  private spent = 0;
  private denied = 0;

  constructor(
    readonly name: string,
    private readonly clock: Clock,
    options: RetryBudgetOptions = {},
  ) {
    this.ratio = Math.round(numberFrom('ratio', options.ratio ?? 0.1, 0) * UNIT);
    this.perMs = (numberFrom('perSecond', options.perSecond ?? 1, 0) * UNIT) / 1000;
    this.capacity = numberFrom('capacity', options.capacity ?? 20, 0) * UNIT;
    this.tokens = this.capacity;
    this.refilledAtMs = clock.monotonicMs();
  }

  /** One request has begun. */
  deposit(): void {
    this.refill(this.ratio);
  }

  /** Pays for one retry. @returns whether there was enough. */
  withdraw(): boolean {
    this.refill();
    if (this.tokens < UNIT) {
      this.denied += 1;
      return false;
    }
    this.tokens -= UNIT;
    this.spent += 1;
    return true;
  }

  snapshot(): RetryBudgetSnapshot {
    this.refill();
    return { name: this.name, available: Math.floor(this.tokens / UNIT), spent: this.spent, denied: this.denied };
  }

  private refill(earned = 0): void {
    const now = this.clock.monotonicMs();
    this.tokens = Math.min(this.capacity, this.tokens + (now - this.refilledAtMs) * this.perMs + earned);
    this.refilledAtMs = now;
  }
}
