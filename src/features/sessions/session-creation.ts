import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { newUuid } from '../../database/id.js';
import { EMPTY_DIGEST } from '../../journal/digest.js';
import { SessionLogRepository } from '../../journal/session-log.repository.js';
import { LlmBroker } from '../../llm/broker/broker.js';
import { RunWakeUps } from '../../queue/run-wakeups.js';
import { AppError } from '../../reliability/errors/app-error.js';
import type { KeptAnswer } from '../../reliability/idempotency/idempotency.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { noSuchProject } from '../actions/index.js';
import { HoldsService, type UnitTaking } from '../usage/index.js';
import { COUNCIL_PROMPTS } from './council-prompts.token.js';
import type { CouncilPrompts } from './council/prompts.js';
import { goalTitle } from './council/spec.js';
import type { CouncilRequestDto } from './dto/session.dto.js';
import { ownRun } from './run/run-beginning.js';
import { HOLD_SECONDS } from './run/run-limits.js';
import { RunWorker, type OwnPlace } from './run/run-worker.js';
import { SESSION_FEATURE } from './session-feature.js';
import type { Session, StoredSpec } from './session.entity.js';
import { SessionsRepository, type CreationOutcome } from './sessions.repository.js';

const DEFAULT_SEATS = 5;
const DEFAULT_ROUNDS = 4;
const EPOCH_LENGTH = 8;

/** The fields of a session that no worker has touched. */
const UNTOUCHED = {
  startedAt: null,
  finishedAt: null,
  inputTokens: '0',
  outputTokens: '0',
  calls: 0,
  fence: 0,
  lastSequence: 0,
  round: 0,
  attempt: 1,
  recoverable: false,
  stage: null,
  wanted: null,
  failureCode: null,
  failureDetail: null,
} as const satisfies Partial<Session>;

/** What a session is made from; ids are UUIDs. */
export interface NewSession {
  readonly tenantId: string;
  /** Of the client token that it is asked for with. */
  readonly installId: string | undefined;
  readonly goal: string;
  readonly context: string | null;
  readonly constraints: readonly string[];
  readonly council: CouncilRequestDto;
  readonly projectId: string | null;
  /** The action that it replans. */
  readonly actionId: string | null;
  readonly start: boolean;
}

/** Makes sessions, each in one statement. */
@Injectable()
export class SessionCreation {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly wakeUps: RunWakeUps,
    private readonly worker: RunWorker,
    private readonly log: SessionLogRepository,
    private readonly holds: HoldsService,
    private readonly broker: LlmBroker,
    @Inject(COUNCIL_PROMPTS) private readonly prompts: CouncilPrompts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A session as it will be. @throws AppError validation_error */
  draft(wanted: NewSession): Session {
    const epochMs = this.clock.epochMs();
    return {
      tenantId: wanted.tenantId,
      id: newUuid(epochMs),
      projectId: wanted.projectId,
      actionId: wanted.actionId,
      createdAt: new Date(epochMs),
      digest: EMPTY_DIGEST,
      status: wanted.start ? 'queued' : 'created',
      epoch: newEpoch(),
      title: goalTitle(wanted.goal),
      goal: wanted.goal,
      context: wanted.context,
      constraints: [...wanted.constraints],
      spec: {
        ...this.specOf(wanted.council),
        ...(wanted.installId === undefined ? {} : { install_id: wanted.installId }),
      },
      ...UNTOUCHED,
    };
  }

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

  private specOf({ seats = DEFAULT_SEATS, max_rounds = DEFAULT_ROUNDS, quorum }: CouncilRequestDto): StoredSpec {
    if (quorum !== undefined && quorum > seats)
      throw new AppError('validation_error', {
        errors: [{ pointer: '/council/quorum', detail: `must be at most the number of seats, ${seats}` }],
      });
    const models = this.broker.routes.map(({ name, model }) => `${name}/${model}`);
    return {
      seats: this.prompts.personas.seats(seats, models),
      max_rounds,
      quorum: quorum ?? Math.floor(seats / 2) + 1,
    };
  }
}

/** Marks one log: cursors of another log do not have it. */
function newEpoch(): string {
  return randomBytes(EPOCH_LENGTH).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, EPOCH_LENGTH);
}
