import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../../../telemetry/metrics.js';
import { SnapshotRegistry } from '../../../telemetry/snapshot.js';
import { CAPACITY, RESERVED } from './run-limits.js';
import type { RunEnding } from './session-run.js';

/** What operators see of a process's runs. */
@Injectable()
export class RunTelemetry {
  private readonly endings: Counter<'ending'>;
  private active: () => number = () => 0;

  constructor(metrics: Metrics, snapshots: SnapshotRegistry) {
    const active = () => this.active();
    this.endings = new Counter({
      name: 'holdfast_runs_total',
      help: 'Runs of sessions in this process, by how they ended: ended, left (handed back) or lost to another worker',
      labelNames: ['ending'],
      registers: [metrics.registry],
    });
    new Gauge({
      name: 'holdfast_runs_active',
      help: 'Sessions that this process works on',
      registers: [metrics.registry],
      collect() {
        this.set(active());
      },
    });
    snapshots.add({ name: 'runs', snapshot: () => ({ active: active(), capacity: CAPACITY, reserved: RESERVED }) });
  }

  watch(active: () => number): void {
    this.active = active;
  }

  ended(ending: RunEnding): void {
    this.endings.inc({ ending });
  }
}
