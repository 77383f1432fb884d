import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter } from 'prom-client';
import { APP_CONFIG, type AppConfig } from '../../config/config.js';
import { newUuid } from '../../database/id.js';
import { RANDOM, SLEEP, type Random, type Sleep } from '../../reliability/ports.js';
import { Rounds } from '../../reliability/rounds/rounds.js';
import { LOGGER, type Logger } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import { RetentionRepository, type Removed } from './retention.repository.js';

/** How often a process asks whether a pass is due, milliseconds. */
const LOOK_MS = 60_000;

/** Between two passes of the cluster, milliseconds. */
const PAUSE_MS = 3_600_000;

/** Longer than a step. A process that dies in a pass holds it up for so long, milliseconds. */
const LEASE_MS = 30_000;

/** A transaction of so many rows takes some milliseconds. */
const ROWS_PER_STEP = 1_000;

/** What is left then waits for the next look: a backlog of years must not take the database for hours. */
const STEPS_PER_PASS = 200;

/** How long the end of the process waits for a step, milliseconds; one that is given up is rolled back. */
const STEP_GRACE_MS = 1_000;

/** The pause between two steps, for other statements, milliseconds. */
const BREATH_MS = 50;

const NOTHING: Removed = { sessions: 0, events: 0, keys: 0, holds: 0 };

/** Removes sessions that are too old, and what else has expired: once per cluster and hour, whatever the number of processes. */
@Injectable()
export class RetentionSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker = newUuid();
  private readonly looks: Rounds;
  private readonly removed: Counter<'kind'>;
  private readonly passes: Counter<'ending'>;

  constructor(
    private readonly repository: RetentionRepository,
    metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(SLEEP) sleep: Sleep,
    @Inject(RANDOM) random: Random,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.looks = new Rounds({ everyMs: LOOK_MS, graceMs: STEP_GRACE_MS, sleep, random });
    this.removed = new Counter({
      name: 'holdfast_retention_removed_total',
      help: 'Rows that were removed because of their age, by kind',
      labelNames: ['kind'],
      registers: [metrics.registry],
    });
    this.passes = new Counter({
      name: 'holdfast_retention_passes_total',
      help: 'Passes over all tenants in this process, by how they ended: done, unfinished or failed',
      labelNames: ['ending'],
      registers: [metrics.registry],
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.looks.begin(() =>
      this.pass().catch((error: unknown) =>
        this.log.warn({ err: error }, 'expired sessions and rows could not be removed; tried again in about a minute'),
      ),
    );
  }

  /** Waits for the step under way; another process does the rest. */
  beforeApplicationShutdown(): Promise<void> {
    return this.looks.end();
  }

  /** Does what is due, unless another process is at it. @throws AppError */
  async pass(): Promise<Removed> {
    let total = NOTHING;
    let state: 'done' | 'more' | 'elsewhere' = 'more';
    try {
      for (let steps = 0; state === 'more' && steps < STEPS_PER_PASS && !this.looks.ending.aborted; steps += 1) {
        if (steps > 0) await this.looks.rest(BREATH_MS);
        const { state: reached, ...removed } = await this.repository.step(this.terms, this.looks.givenUp);
        state = reached;
        total = sum(total, removed);
      }
      if (state !== 'elsewhere') this.passes.inc({ ending: state === 'done' ? 'done' : 'unfinished' });
      return total;
    } catch (error) {
      this.passes.inc({ ending: 'failed' });
      throw error;
    } finally {
      this.tell(total);
    }
  }

  private get terms() {
    const { worker, config } = this;
    return {
      worker,
      sessionDays: config.sessionRetentionDays,
      rows: ROWS_PER_STEP,
      leaseMs: LEASE_MS,
      pauseMs: PAUSE_MS,
    };
  }

  private tell(removed: Removed): void {
    for (const [kind, count] of Object.entries(removed)) this.removed.inc({ kind }, count as number);
    if (Object.values(removed).some((count) => count > 0)) this.log.info({ removed }, 'removed what was too old');
  }
}

function sum(one: Removed, other: Removed): Removed {
  return {
    sessions: one.sessions + other.sessions,
    events: one.events + other.events,
    keys: one.keys + other.keys,
    holds: one.holds + other.holds,
  };
}
