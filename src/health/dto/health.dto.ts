import type { ProcessRole } from '../../config/config.js';
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
  status: 'ok' | 'draining' | 'unavailable';
  uptime_seconds: number;
  memory_mb: number;
  version: string;
  role: ProcessRole;
  database: 'up' | 'down';
  /** Depth of the job queue; null where this process has none. */
  queue: number | null;
  /** State of each circuit by name. */
  circuits: Record<string, CircuitState>;
  bulkheads: Record<string, BulkheadDto>;
  last_collection_at: string | null;
}
