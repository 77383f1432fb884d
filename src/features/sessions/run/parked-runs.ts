import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter } from 'prom-client';
import { APP_CONFIG, type AppConfig } from '../../../config/config.js';
import { ParkedRunsRepository } from '../../../queue/parked-runs.repository.js';
import type { RunKey } from '../../../queue/run-queue.repository.js';
import { RunWakeUps } from '../../../queue/run-wakeups.js';
import { RANDOM, SLEEP, type Random, type Sleep } from '../../../reliability/ports.js';
import { Rounds } from '../../../reliability/rounds/rounds.js';
import { LOGGER, type Logger } from '../../../telemetry/logger.js';
import { Metrics } from '../../../telemetry/metrics.js';
import { NEWEST_READABLE, type UnreadableEvent } from '../council/events.js';

/** How long a run that a worker could not read is left alone, the first time and at most, milliseconds. */
const TIMES = { firstMs: 2_000, longestMs: 5 * 60_000 };

/** How often a worker looks for parked runs that it can read, and how long its end waits for a look, milliseconds. */
const LOOKS = { everyMs: 5_000, graceMs: 0 };

/** Runs whose logs this release, or one beside it, cannot read: they wait outside the line for a worker that can. */
@Injectable()
export class ParkedRuns implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly looks: Rounds;
  private readonly parked: Counter;

  constructor(
    private readonly repository: ParkedRunsRepository,
    private readonly wakeUps: RunWakeUps,
    metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(SLEEP) sleep: Sleep,
    @Inject(RANDOM) random: Random,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.looks = new Rounds({ ...LOOKS, sleep, random });
    this.parked = new Counter({
      name: 'holdfast_runs_parked_total',
      help: 'Times that this process left a session alone because it cannot read its log',
      registers: [metrics.registry],
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    // A worker without a database reports that when it cannot claim.
    this.looks.begin(() => this.unpark().catch(() => {}));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.looks.end();
  }

  /** Leaves a run to workers that can read its log. */
  async park(run: RunKey, { needs }: UnreadableEvent): Promise<void> {
    await this.repository.park(run, { needs, ...TIMES });
    this.parked.inc();
    const why = needs === null ? 'the log cannot be read' : 'the log was written by a later release';
    this.log.warn({ session: run.sessionId, needs, reads: NEWEST_READABLE }, `${why}; left alone for a while`);
  }

  private async unpark(): Promise<void> {
    // This process hears of it first, and can read them; a worker of an earlier release would only park them again.
    if ((await this.repository.unpark(NEWEST_READABLE, this.looks.givenUp)) > 0) this.wakeUps.announce();
  }
}
