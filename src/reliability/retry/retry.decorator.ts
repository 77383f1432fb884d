import { MethodMetadata } from '../method-metadata.js';
import { compileRetryPolicy, type RetryOptions, type RetryPolicy } from './retry-policy.js';

export interface RetryDecoratorOptions extends RetryOptions {
  /** The retry budget to pay from: name it after the part that is called. Default: one for each class. */
  budget?: string;
}

export interface RetryMetadata {
  readonly policy: RetryPolicy;
  readonly budget: string | undefined;
}

export const RETRY_METADATA = new MethodMetadata<RetryMetadata>('Retry');

/**
 * Repeats an async method that fails temporarily, within the deadline of the request that it serves. For methods that
 * may safely run twice; the layers above and below must not retry the same failure, or attempts multiply.
 *
 * On a method of a provider it works by itself, from `onModuleInit` on. On a controller's handler add
 * `@UseInterceptors(RetryInterceptor)`; start-up fails without it. On a class that Nest does not make (an entity, a
 * `new` in the code) it does nothing, and on a request-scoped or transient provider start-up fails.
 *
 * @throws OptionFault at once, when the class is defined.
 */
export function Retry({ budget, ...options }: RetryDecoratorOptions = {}): MethodDecorator {
  return RETRY_METADATA.attach({ policy: compileRetryPolicy(options), budget });
}
