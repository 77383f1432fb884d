import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SessionLogRepository } from '../../journal/session-log.repository.js';
import { RunWakeUps } from '../../queue/run-wakeups.js';
import type { KeptAnswer } from '../../reliability/idempotency/idempotency.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { noSuchProject } from '../actions/index.js';
import { HoldsService, type UnitTaking } from '../usage/index.js';
import { ownRun } from './run/run-beginning.js';
import { HOLD_SECONDS } from './run/run-limits.js';
import { RunWorker, type OwnPlace } from './run/run-worker.js';
import { SESSION_FEATURE } from './session-feature.js';
import type { Session } from './session.entity.js';
import { SessionsRepository, type CreationOutcome } from './sessions.repository.js';

/** Stores drafted sessions, each in one statement. */
@Injectable()
export class SessionCreation {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly wakeUps: RunWakeUps,
    private readonly worker: RunWorker,
    private readonly log: SessionLogRepository,
    private readonly holds: HoldsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Makes it, and puts it in line with a unit of the quota that it holds until it ends, unless it is to wait for its start.
   * @param kept the answer to keep with it.
   * @returns whether the holder still had the place of that answer; if not, no session was made.
   * @throws AppError quota_exceeded, validation_error
   */
  async make(session: Session, kept?: KeptAnswer): Promise<boolean> {
    const unit = this.unitOf(session);
    const place = unit ? this.worker.reserve() : undefined;
    const outcome = await (place
      ? this.makeHere(place, session, unit, kept)
      : this.repository.create(session, unit, kept));
    const isMade = this.isMade(outcome, unit);
    if (outcome === 'created' && unit) this.announce();
    return isMade;
  }

  /** As {@link make}, within the caller's transaction; {@link announce} is for after its commit. */
  async makeWithin(manager: EntityManager, session: Session): Promise<void> {
    const unit = this.unitOf(session);
    this.isMade(await this.repository.createWithin(manager, session, unit), unit);
  }

  /** Tells workers that a session was put in line. */
  announce(): void {
    this.wakeUps.announce();
  }

  /** Makes it and begins it at once, unless others wait: that saves a round trip and two commits. */
  private async makeHere(
    place: OwnPlace,
    session: Session,
    unit: UnitTaking | null,
    kept: KeptAnswer | undefined,
  ): Promise<CreationOutcome> {
    try {
      const run = ownRun(session, this.clock.epochMs());
      const outcome = await this.repository.begin(session, unit, kept, { ...place.terms, write: run.write });
      if (outcome !== 'begun') return outcome;
      this.log.announce(run.claim, run.write.composed.events);
      place.begin(run);
      return outcome;
    } finally {
      place.giveBack();
    }
  }

  private unitOf({ status }: Session): UnitTaking | null {
    return status === 'queued' ? this.taking() : null;
  }

  private taking(): UnitTaking {
    return this.holds.taking(SESSION_FEATURE, HOLD_SECONDS);
  }

  private isMade(outcome: CreationOutcome, unit: UnitTaking | null): boolean {
    switch (outcome) {
      case 'created':
      case 'begun':
        return true;
      case 'place_lost':
        return false;
      case 'quota_exceeded':
        throw this.holds.exceeded(unit ?? this.taking());
      case 'no_project':
        throw noSuchProject();
      default:
        return outcome satisfies never;
    }
  }
}
