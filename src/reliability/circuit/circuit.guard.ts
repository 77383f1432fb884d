import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CIRCUIT_METADATA } from './circuit.decorator.js';
import { CircuitRegistry } from './circuit.registry.js';

/**
 * Refuses requests while the handler's circuit would. It takes no permit, which would be lost when a later guard refuses
 * the request; the interceptor takes one for each attempt.
 */
@Injectable()
export class CircuitGuard implements CanActivate {
  constructor(@Inject(CircuitRegistry) private readonly circuits: CircuitRegistry) {}

  /** @throws AppError of the circuit's refusal code. */
  canActivate(context: ExecutionContext): boolean {
    const metadata = CIRCUIT_METADATA.of(context.getHandler());
    if (!metadata) return true;
    const circuit = this.circuits.get(metadata.circuit, metadata.options);
    const refusal = circuit.peek();
    if (refusal) throw circuit.refusalError(refusal);
    return true;
  }
}
