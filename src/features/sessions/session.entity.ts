import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Wish } from '../../journal/session-write.js';
import type { FailureCode, SessionStatus } from './session-status.js';

/** What was decided when the session was created: the council, and the install that it counts for. */
export interface StoredSpec {
  readonly seats: readonly { readonly seat: string; readonly persona: string; readonly model: string }[];
  readonly max_rounds: number;
  readonly quorum: number;
  /** The device whose client token has asked for it; left out: it counts for the server. */
  readonly install_id?: string;
}

/** What one council session is about, and where it stands. Its result stands in its log. */
@Entity({ schema: 'public', name: 'sessions' })
@Index('sessions_status_idx', ['tenantId', 'status', 'id'])
@Index('sessions_finished_idx', ['tenantId', 'finishedAt'], { where: 'finished_at IS NOT NULL' })
@Check(
  'sessions_status_check',
  `status IN ('created', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled')`,
)
export class Session {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'sessions_pkey' })
  tenantId: string;

  /** Version 7: sorts by time. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id', nullable: true })
  projectId: string | null;

  /** The action that it replans. */
  @Column('uuid', { name: 'action_id', nullable: true })
  actionId: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** The first time that a worker took it. */
  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('bigint', { name: 'input_tokens', default: 0 })
  inputTokens: string;

  @Column('bigint', { name: 'output_tokens', default: 0 })
  outputTokens: string;

  /** Calls whose answer is in the log. */
  @Column('integer', { default: 0 })
  calls: number;

  /** Raised at each claim: a worker with an older one cannot write. */
  @Column('integer', { default: 0 })
  fence: number;

  @Column('integer', { name: 'last_sequence', default: 0 })
  lastSequence: number;

  @Column('integer', { default: 0 })
  round: number;

  @Column('integer', { default: 1 })
  attempt: number;

  @Column('boolean', { default: false })
  recoverable: boolean;

  /** The end of the digest chain over the log. */
  @Column('bytea')
  digest: Buffer;

  @Column('text')
  status: SessionStatus;

  @Column('text', { nullable: true })
  stage: string | null;

  @Column('text', { nullable: true })
  wanted: Wish | null;

  @Column('text', { name: 'failure_code', nullable: true })
  failureCode: FailureCode | null;

  @Column('text', { name: 'failure_detail', nullable: true })
  failureDetail: string | null;

  /** The epoch of its log, part of every event's id. */
  @Column('text')
  epoch: string;

  @Column('text')
  title: string;

  @Column('text')
  goal: string;

  @Column('text', { nullable: true })
  context: string | null;

  @Column('jsonb')
  constraints: string[];

  /** The council as decided: seats with persona and model, rounds, quorum. Also the install. */
  @Column('jsonb')
  spec: StoredSpec;
}

/** How a seat came out of the votes, for the league table. Written once per session. */
@Entity({ schema: 'public', name: 'session_seats' })
export class SessionSeat {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'session_seats_pkey' })
  tenantId: string;

  @PrimaryColumn('uuid', { name: 'session_id', primaryKeyConstraintName: 'session_seats_pkey' })
  sessionId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'session_seats_pkey' })
  seat: string;

  @Column('text')
  persona: string;

  @Column('text')
  model: string;

  /** Null: no vote ranked it. */
  @Column('numeric', { name: 'mean_rank', nullable: true })
  meanRank: string | null;

  @Column('integer')
  votes: number;

  @Column('boolean')
  won: boolean;
}
