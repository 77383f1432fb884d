import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { LoggedEvent } from '../../journal/event-log.js';
import { LOGGER, type Logger } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import { SnapshotRegistry } from '../../telemetry/snapshot.js';
import type { StreamEnding } from './session-stream.js';

/** It stands before the data, which may hold a user's text. */
const TIMESTAMP = /"timestamp":"([^"]*)"/;

/** What operators see of a process's streams. Never whose they are. */
@Injectable()
export class StreamTelemetry {
  private readonly events: Counter;
  private readonly gaps: Counter;
  private readonly storms: Counter;
  private readonly endings: Counter<'ending'>;
  private readonly lag: Histogram;
  private open: () => number = () => 0;

  constructor(
    metrics: Metrics,
    snapshots: SnapshotRegistry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    const registers = [metrics.registry];
    const open = () => this.open();
    new Gauge({
      name: 'holdfast_streams_open',
      help: 'Streams that are open in this process',
      registers,
      collect() {
        this.set(open());
      },
    });
    this.events = new Counter({
      name: 'holdfast_stream_events_total',
      help: 'Logged events sent on streams',
      registers,
    });
    this.gaps = new Counter({
      name: 'holdfast_stream_gaps_total',
      help: 'Snapshots sent to clients whose cursor could not be continued from',
      registers,
    });
    this.storms = new Counter({
      name: 'holdfast_stream_storms_total',
      help: 'Connects refused because their client came back too soon, too often',
      registers,
    });
    this.endings = new Counter({
      name: 'holdfast_streams_total',
      help: 'Streams that are over, by how they ended: complete, gone (the client went), slow (cut off), unauthorized, drained or broken',
      labelNames: ['ending'],
      registers,
    });
    this.lag = new Histogram({
      name: 'holdfast_stream_hint_seconds',
      help: "From an event's timestamp until this process knew of it, where that came by a hint or a look",
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    snapshots.add({ name: 'streams', snapshot: () => ({ open: open() }) });
  }

  watch(open: () => number): void {
    this.open = open;
  }

  sent(events: number): void {
    this.events.inc(events);
  }

  gap(): void {
    this.gaps.inc();
  }

  storm(): void {
    this.storms.inc();
  }

  ended(ending: StreamEnding): void {
    this.endings.inc({ ending });
  }

  /** Events of other processes, as soon as they are known here. */
  seen(events: readonly LoggedEvent[], nowMs: number): void {
    for (const { data } of events) {
      const atMs = Date.parse(TIMESTAMP.exec(data)?.[1] ?? '');
      if (!Number.isNaN(atMs)) this.lag.observe(Math.max(0, nowMs - atMs) / 1_000);
    }
  }

  /** Only at debug level: the next look reads again. */
  readFailed(error: unknown): void {
    this.log.debug({ err: error }, 'the log of a followed session could not be read; the next look tries again');
  }
}
