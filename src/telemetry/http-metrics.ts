import { Counter, type Registry } from 'prom-client';

/** Upper bounds in seconds: from a cached read to the longest deadline. */
const LATENCY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * The answers of one route and method. It counts in plain numbers, which become metrics when they are read: hashing labels
 * at every request costs more than routing it.
 */
export class RouteMeter {
  readonly byStatus = new Map<number, number>();
  /** Answers per bound, not cumulated; the last element counts those above all bounds. */
  readonly buckets: number[] = Array.from({ length: LATENCY_BOUNDS.length + 1 }, () => 0);
  sumSeconds = 0;
  count = 0;

  constructor(
    readonly route: string,
    readonly method: string,
  ) {}

  observe(status: number, seconds: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    let bucket = 0;
    while (bucket < LATENCY_BOUNDS.length && seconds > (LATENCY_BOUNDS[bucket] ?? Infinity)) bucket++;
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.sumSeconds += seconds;
    this.count++;
  }
}

/** Meters by route pattern and method. Patterns come from the code, so their number is bounded; paths do not. */
export class HttpMetrics {
  private readonly meters = new Map<string, RouteMeter>();
  private readonly errors: Counter<'code'>;

  constructor(registry: Registry) {
    const meters = this.meters;
    new Counter({
      name: 'http_requests_total',
      help: 'Answered requests',
      labelNames: ['route', 'method', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { route, method, byStatus } of meters.values())
          for (const [status, count] of byStatus) this.inc({ route, method, status }, count);
      },
    });
    this.errors = new Counter({
      name: 'http_errors_total',
      help: 'Problems answered, by code',
      labelNames: ['code'],
      registers: [registry],
    });
  }

  meter(route: string, method: string): RouteMeter {
    const key = `${method} ${route}`;
    let meter = this.meters.get(key);
    if (!meter) this.meters.set(key, (meter = new RouteMeter(route, method)));
    return meter;
  }

  /** The latencies in Prometheus' text format. The registry holds all other metrics. */
  latencies(): string {
    return latencyText(this.meters.values());
  }

  countError(code: string): void {
    this.errors.inc({ code });
  }
}

const LATENCY = 'http_request_duration_seconds';

/** The latency histogram of all meters in Prometheus' text format: labels and patterns are our own, so none needs escaping. */
function latencyText(meters: Iterable<RouteMeter>): string {
  const lines = [
    `# HELP ${LATENCY} From the end of the head to the last byte of the answer`,
    `# TYPE ${LATENCY} histogram`,
  ];
  for (const { route, method, buckets, sumSeconds, count } of meters) {
    if (count === 0) continue;
    const labels = `route="${route}",method="${method}"`;
    let below = 0;
    buckets.forEach((inBucket, at) => {
      below += inBucket;
      lines.push(`${LATENCY}_bucket{${labels},le="${LATENCY_BOUNDS[at] ?? '+Inf'}"} ${below}`);
    });
    lines.push(`${LATENCY}_sum{${labels}} ${sumSeconds}`, `${LATENCY}_count{${labels}} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}
