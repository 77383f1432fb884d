import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { BulkheadRegistry } from '../reliability/bulkhead/bulkhead.registry.js';
import { Metrics } from '../telemetry/metrics.js';

/** How full the process's bulkheads are: the database's connections, the places at providers. */
@Injectable()
export class BulkheadMetrics {
  constructor({ registry }: Metrics, bulkheads: BulkheadRegistry) {
    const gauge = (name: string, help: string, field: 'active' | 'queued') =>
      new Gauge({
        name,
        help,
        labelNames: ['bulkhead'],
        registers: [registry],
        collect() {
          for (const bulkhead of bulkheads.snapshot()) this.set({ bulkhead: bulkhead.name }, bulkhead[field]);
        },
      });
    gauge('holdfast_bulkhead_active', 'Calls that hold a place of a bulkhead', 'active');
    gauge('holdfast_bulkhead_queued', 'Calls that wait for a place of a bulkhead', 'queued');
  }
}
