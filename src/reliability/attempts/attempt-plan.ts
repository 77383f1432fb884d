import { CIRCUIT_METADATA, type CircuitMetadata } from '../circuit/circuit.decorator.js';
import { RETRY_METADATA, type RetryMetadata } from '../retry/retry.decorator.js';

/** How the attempts of one decorated method are made. */
export interface AttemptPlan {
  /** `Class.method`: names the attempts in records; the default retry budget is named after the class alone. */
  readonly method: string;
  readonly retry: RetryMetadata | undefined;
  readonly circuit: CircuitMetadata | undefined;
}

/** The plan that `@Retry` and `@Circuit` left on a method; `undefined` when it carries neither. */
export function attemptPlanOf(owner: string, method: string, handler: object): AttemptPlan | undefined {
  const retry = RETRY_METADATA.of(handler);
  const circuit = CIRCUIT_METADATA.of(handler);
  return retry || circuit ? Object.freeze({ method: `${owner}.${method}`, retry, circuit }) : undefined;
}
