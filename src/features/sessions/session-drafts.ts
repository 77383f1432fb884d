import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { newUuid } from '../../database/id.js';
import { EMPTY_DIGEST } from '../../journal/digest.js';
import { LlmBroker } from '../../llm/broker/broker.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { COUNCIL_PROMPTS } from './council-prompts.token.js';
import type { CouncilPrompts } from './council/prompts.js';
import { goalTitle } from './council/spec.js';
import type { CouncilRequestDto } from './dto/session.dto.js';
import type { Session, StoredSpec } from './session.entity.js';

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

/** Makes sessions as they will be, before anything is stored. */
@Injectable()
export class SessionDrafts {
  constructor(
    private readonly broker: LlmBroker,
    @Inject(COUNCIL_PROMPTS) private readonly prompts: CouncilPrompts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws AppError validation_error */
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
