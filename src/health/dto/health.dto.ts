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
  /** `degraded`: all requests are served, but a part that only speeds things up does not work. */
  status: 'ok' | 'degraded' | 'draining' | 'unavailable';
  uptime_seconds: number;
  memory_mb: number;
  version: string;
  role: ProcessRole;
  database: 'up' | 'down';
  /** Sessions of all tenants that wait for a worker; null when the database cannot be asked. */
  queue: number | null;
  /** How this process hears at once of what other processes do; by `polling`, it hears of it within a second. */
  hints: HintsState;
  /** State of each circuit by name. */
  circuits: Record<string, CircuitState>;
  bulkheads: Record<string, BulkheadDto>;
  last_collection_at: string | null;
}
