import { collectDefaultMetrics, Registry } from 'prom-client';
import { HttpMetrics } from './http-metrics.js';

/** How finely the event loop's delay is sampled, in milliseconds. */
const EVENT_LOOP_RESOLUTION_MS = 20;

/** The process's metrics. Rooms register their own in {@link registry}; labels must come from closed sets. */
export class Metrics {
  readonly registry = new Registry();
  readonly http = new HttpMetrics(this.registry);

  constructor(options: { processMetrics?: boolean } = {}) {
    if (options.processMetrics ?? true)
      collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: EVENT_LOOP_RESOLUTION_MS });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  async text(): Promise<string> {
    return `${await this.registry.metrics()}\n${this.http.latencies()}`;
  }
}
