import type { RetryDecoratorOptions } from '../reliability/retry/retry.decorator.js';

/** A look-up that a request waits for: it gives up soon, and is tried again once or twice. */
export const READ_AGAIN: RetryDecoratorOptions = {
  maxAttempts: 3,
  baseMs: 50,
  capMs: 500,
  totalMs: 2_000,
  budget: 'database',
};

/** For work that may safely run twice. More patient than a look-up: a session does not go on without it. */
export const IDEMPOTENT_AGAIN: RetryDecoratorOptions = { ...READ_AGAIN, totalMs: 5_000 };
