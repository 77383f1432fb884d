import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../../config/config.js';
import { newUuid } from '../../../database/id.js';
import {
  RunQueueRepository,
  type ClaimedRun,
  type LeaseTerms,
  type RunWish,
} from '../../../queue/run-queue.repository.js';
import { RunWakeUps } from '../../../queue/run-wakeups.js';
import { outsideContext } from '../../../reliability/context/request-context.js';
import { endWithin } from '../../../reliability/deadline/end-within.js';
import { CLOCK, SLEEP, type Clock, type Sleep } from '../../../reliability/ports.js';
import { LOGGER, type Logger } from '../../../telemetry/logger.js';
import { CAPACITY, CLAIMED_AT_ONCE, LEASE_MS, LOOK_MS, RENEW_MS, RESERVED } from './run-limits.js';
import type { OwnRun, RunBeginning } from './run-beginning.js';
import { RunFactory } from './run-factory.js';
import { RunTelemetry } from './run-telemetry.js';
import type { RunEnding, SessionRun } from './session-run.js';

/** How long runs may take to end after they were broken off, milliseconds. */
const ABORT_GRACE_MS = 1_000;

/** A place for a run that this process makes itself. It is held until the run begins or the place is given back. */
export interface OwnPlace {
  /** What the run is to be made with. */
  readonly terms: LeaseTerms;
  begin(run: OwnRun): void;
  /** Does nothing once the run has begun. */
  giveBack(): void;
}

/** Takes sessions from the line, as many as the process has places for, and keeps their leases. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly terms: LeaseTerms = { worker: newUuid(), leaseMs: LEASE_MS };
  private readonly runs = new Map<string, SessionRun>();
  private readonly ending = new AbortController();
  private readonly giveUp = new AbortController();
  private readonly working = new Set<Promise<void>>();
  /** Places that are held for runs which this process is making. */
  private promised = 0;
  private takesRuns = false;
  /** How many of the places for every tenant a claim under way may fill. */
  private claimed = 0;
  /** Whether a freed place may be wanted: the last claim has filled all, or one is under way that does not know of it. */
  private isFull = false;
  private news = Promise.withResolvers<void>();
  private loops: Promise<unknown> = Promise.resolve();
  private wish = Promise.withResolvers<void>();
  private subscriptions: readonly (() => void)[] = [];
  private renewedAtMs = -Infinity;
  /** When the database last could not be reached. */
  private cutOffAtMs = -Infinity;

  constructor(
    private readonly queue: RunQueueRepository,
    private readonly wakeUps: RunWakeUps,
    private readonly factory: RunFactory,
    private readonly telemetry: RunTelemetry,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SLEEP) private readonly sleep: Sleep,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.takesRuns = true;
    this.telemetry.watch(() => this.runs.size);
    this.subscriptions = [
      this.wakeUps.onWakeUp(() => this.news.resolve()),
      this.wakeUps.onWish(() => this.wish.resolve()),
      this.queue.wishes.add((wish) => this.heed(wish)),
    ];
    this.loops = outsideContext(() => Promise.all([this.claiming(), this.renewing()]));
  }

  /** Takes nothing new, lets calls in flight end, then hands everything back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.takesRuns = false;
    this.ending.abort();
    this.news.resolve();
    for (const run of this.runs.values()) run.leave();
    await this.settled(this.config.drainMs);
    for (const run of this.runs.values()) run.abandon('leaving');
    await this.settled(ABORT_GRACE_MS);
    for (const end of this.subscriptions) end();
    this.wish.resolve();
    await endWithin(this.loops, { ms: ABORT_GRACE_MS, sleep: this.sleep, giveUp: this.giveUp });
  }

  /** Holds one of the places that every tenant may have; undefined when there is none, or this process takes no runs. */
  reserve(): OwnPlace | undefined {
    if (!this.takesRuns || this.places <= this.claimed) return undefined;
    this.promised += 1;
    const askedMs = this.clock.monotonicMs();
    const held = Promise.withResolvers<void>();
    this.keep(held.promise);
    let isHeld = true;
    const end = (work?: Promise<void>): void => {
      this.promised -= isHeld ? 1 : 0;
      isHeld = false;
      held.resolve(work);
    };
    return {
      terms: this.terms,
      begin: (run) => outsideContext(() => end(this.begin(run.claim, askedMs, run))),
      giveBack: () => end(),
    };
  }

  /** The free places for every tenant; below 0 while some of the reserved places are taken. */
  private get places(): number {
    return CAPACITY - this.runs.size - this.promised;
  }

  private async claiming(): Promise<void> {
    while (!this.ending.signal.aborted) {
      this.news = Promise.withResolvers<void>();
      const open = Math.min(Math.max(this.places, 0), CLAIMED_AT_ONCE);
      this.claimed = open;
      this.isFull = true;
      const askedMs = this.clock.monotonicMs();
      const claims = await this.claim(open + Math.min(RESERVED, RESERVED + this.places));
      for (const claim of claims) void this.begin(claim, askedMs);
      this.claimed = 0;
      this.isFull = claims.length >= open;
      if (claims.length < Math.max(open, 1)) await this.told(this.news.promise, LOOK_MS);
    }
  }

  /** After an outage it renews its own leases first, and leaves other workers the time to renew theirs. */
  private async claim(places: number): Promise<ClaimedRun[]> {
    const now = this.clock.monotonicMs();
    if (this.runs.size > 0 && now - this.renewedAtMs > LEASE_MS / 2 && !(await this.renew())) return [];
    try {
      const expired = now - this.cutOffAtMs > LEASE_MS / 2;
      const options = { reserved: RESERVED, expired, signal: this.giveUp.signal };
      return await this.queue.claim(this.terms, places, options);
    } catch (error) {
      this.cutOff(error, 'runs cannot be claimed; tried again in a moment');
      return [];
    }
  }

  private begin(claim: ClaimedRun, askedMs: number, beginning?: RunBeginning): Promise<void> {
    // Claimed again while we still held it: our lease had run out, and what we knew of it is void.
    this.runs.get(claim.sessionId)?.abandon('lost');
    const run = this.factory.make(claim, askedMs, beginning);
    this.runs.set(claim.sessionId, run);
    // A run that was claimed while the process began to end goes straight back.
    const work = this.ending.signal.aborted ? this.handBack(run) : this.work(run);
    this.keep(work);
    return work;
  }

  private keep(work: Promise<void>): void {
    this.working.add(work);
    void work.finally(() => {
      this.working.delete(work);
      if (this.isFull) this.news.resolve();
    });
  }

  private async work(run: SessionRun): Promise<void> {
    let ending: RunEnding = 'lost';
    try {
      ending = await run.run();
    } catch (error) {
      // The lease is left to run out: the next claim counts the stall.
      this.log.error(
        { err: error, session: run.sessionId },
        'a run failed unexpectedly; a worker takes it when its lease ends',
      );
    }
    this.telemetry.ended(ending);
    if (ending === 'left') await this.handBack(run);
    this.forget(run);
  }

  private forget(run: SessionRun): void {
    if (this.runs.get(run.sessionId) === run) this.runs.delete(run.sessionId);
  }

  private async handBack(run: SessionRun): Promise<void> {
    this.forget(run);
    try {
      await this.queue.release(this.terms.worker, [run]);
    } catch (error) {
      this.log.warn({ err: error, session: run.sessionId }, 'a run could not be handed back; its lease runs out');
    }
  }

  /** A client that was told of a pause must see no further call begin. */
  private heed({ sessionId, fence, wish }: RunWish): void {
    const run = this.runs.get(sessionId);
    if (run?.fence === fence) run.want(wish);
  }

  /** Also while the process drains: its calls in flight still need their leases, and may be cancelled. */
  private async renewing(): Promise<void> {
    while (!this.ending.signal.aborted || this.working.size > 0) {
      await this.told(this.wish.promise, RENEW_MS);
      this.wish = Promise.withResolvers<void>();
      if (this.runs.size > 0) await this.renew();
    }
  }

  /** @returns whether the database could be reached. */
  private async renew(): Promise<boolean> {
    const before = [...this.runs.values()];
    const askedMs = this.clock.monotonicMs();
    try {
      const held = new Map((await this.queue.renew(this.terms, before)).map((one) => [one.sessionId, one]));
      this.renewedAtMs = askedMs;
      for (const run of before) {
        const now = held.get(run.sessionId);
        if (!now) run.abandon('lost');
        else run.renewed(askedMs);
        if (now?.wanted) run.want(now.wanted);
      }
      return true;
    } catch (error) {
      this.cutOff(error, 'leases cannot be renewed; tried again in a moment');
      return false;
    }
  }

  private cutOff(error: unknown, message: string): void {
    this.cutOffAtMs = this.clock.monotonicMs();
    this.log.warn({ err: error }, message);
  }

  private settled(ms: number): Promise<void> {
    return this.told(Promise.all(this.working), ms);
  }

  /** Waits for a promise, but no longer than so many milliseconds. */
  private async told(what: Promise<unknown>, ms: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([what, this.sleep(ms, late.signal).catch(() => {})]);
    late.abort();
  }
}
