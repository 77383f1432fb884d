import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Whether a session waits for a worker, has one, or needs none. */
@Entity({ schema: 'system', name: 'runs' })
@Index('runs_queued_idx', ['tenantId', 'queuedAt', 'sessionId'], { where: `state = 'queued'` })
@Index('runs_claimed_idx', ['worker', 'tenantId'], { where: `state = 'claimed'` })
@Check(
  'runs_state_check',
  `CASE state
     WHEN 'idle' THEN num_nonnulls(queued_at, lease_until, attempt_started_at, worker, claimed_sequence) = 0
     WHEN 'queued' THEN queued_at IS NOT NULL AND num_nonnulls(lease_until, worker, claimed_sequence) = 0
     WHEN 'claimed' THEN num_nulls(queued_at, lease_until, attempt_started_at, worker, claimed_sequence) = 0
     ELSE false END`,
)
@Check('runs_stalls_check', 'stalls >= 0')
export class Run {
  @PrimaryColumn('uuid', { name: 'session_id', primaryKeyConstraintName: 'runs_pkey' })
  sessionId: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId: string;

  /** Its place in the queue, which it keeps until it ends. */
  @Column('timestamptz', { name: 'queued_at', nullable: true })
  queuedAt: Date | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  /** While a worker holds it: the moment from which its time limit counts, set back by the time that it had run before. */
  @Column('timestamptz', { name: 'attempt_started_at', nullable: true })
  attemptStartedAt: Date | null;

  @Column('uuid', { nullable: true })
  worker: string | null;

  /** Where the log ended at the claim. */
  @Column('integer', { name: 'claimed_sequence', nullable: true })
  claimedSequence: number | null;

  /** Leases that ran out since the last event. */
  @Column('integer', { default: 0 })
  stalls: number;

  /** How long workers have held it in this attempt, without the present holder's time, milliseconds. */
  @Column('integer', { name: 'ran_ms', default: 0 })
  ranMs: number;

  @Column('text')
  state: 'idle' | 'queued' | 'claimed';
}
