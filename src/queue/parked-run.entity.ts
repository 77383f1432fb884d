import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A run that a worker could not read, and took out of the queue for a while. */
@Entity({ schema: 'system', name: 'parked_runs' })
@Index('parked_runs_until_idx', ['until'], { where: 'until IS NOT NULL' })
export class ParkedRun {
  @PrimaryColumn('uuid', { name: 'session_id', primaryKeyConstraintName: 'parked_runs_pkey' })
  sessionId: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId: string;

  /** Its place in the queue. */
  @Column('timestamptz', { name: 'queued_at', nullable: true })
  queuedAt: Date | null;

  /** Null: it is back in the queue. */
  @Column('timestamptz', { nullable: true })
  until: Date | null;

  /** The event version that a worker must be able to read; null: not known. */
  @Column('integer', { nullable: true })
  needs: number | null;

  @Column('integer', { default: 0 })
  times: number;
}
