import { MethodMetadata } from '../method-metadata.js';
import { compileCircuitOptions, type CircuitOptions, type CompiledCircuitOptions } from './circuit-options.js';

export interface CircuitMetadata {
  readonly circuit: string;
  readonly options: CompiledCircuitOptions;
}

export const CIRCUIT_METADATA = new MethodMetadata<CircuitMetadata>('Circuit');

/**
 * Makes each call of an async method, and under `@Retry` each attempt, ask the named circuit and tell it the outcome.
 *
 * On a method of a provider it works by itself. On a controller's handler add `@UseGuards(CircuitGuard)` and
 * `@UseInterceptors(RetryInterceptor)`. On a class that Nest does not make it does nothing.
 *
 * @throws OptionFault at once, when the class is defined.
 */
export function Circuit(circuit: string, options: CircuitOptions = {}): MethodDecorator {
  return CIRCUIT_METADATA.attach({ circuit, options: compileCircuitOptions(options) });
}
