import { Injectable } from '@nestjs/common';
import { BulkheadRegistry } from '../reliability/bulkhead/bulkhead.registry.js';
import { CircuitRegistry } from '../reliability/circuit/circuit.registry.js';
import type { HealthDetailsDto } from './dto/health.dto.js';

/** How the kernel's parts stand, each by its name. */
@Injectable()
export class KernelState {
  constructor(
    private readonly circuitRegistry: CircuitRegistry,
    private readonly bulkheadRegistry: BulkheadRegistry,
  ) {}

  circuits(): HealthDetailsDto['circuits'] {
    return Object.fromEntries(this.circuitRegistry.snapshot().map(({ name, state }) => [name, state]));
  }

  bulkheads(): HealthDetailsDto['bulkheads'] {
    return Object.fromEntries(
      this.bulkheadRegistry.snapshot().map(({ name, active, queued, limit }) => [name, { active, queued, limit }]),
    );
  }
}
