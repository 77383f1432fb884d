import type { ProcessRole } from '../../config/config.js';
import type { HintsState } from '../../hints/session-hints.js';
import type { CircuitState } from '../../reliability/circuit/circuit.js';

export class ProbeDto {
  status: 'ok';
}

export class BulkheadDto {
  active: number;
  queued: number;
  limit: number;
}

export class HealthDetailsDto {
  /** Degraded: all requests are served, but a part that only speeds things up is away. */
  status: 'ok' | 'degraded' | 'draining' | 'unavailable';
  uptime_seconds: number;
  memory_mb: number;
  version: string;
  role: ProcessRole;
  database: 'up' | 'down';
  /** Sessions that wait for a worker, of all tenants; null when it cannot be told. */
  queue: number | null;
  /** How a process hears at once of what others do; by polling, it hears of it within a second. */
  hints: HintsState;
  /** State of each circuit by name. */
  circuits: Record<string, CircuitState>;
  bulkheads: Record<string, BulkheadDto>;
  last_collection_at: string | null;
}
