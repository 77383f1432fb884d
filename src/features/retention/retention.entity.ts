import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What a tenant has decided about how long its sessions are kept. */
@Entity({ schema: 'public', name: 'retention' })
@Check('retention_session_days_check', 'session_days >= 0')
export class Retention {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'retention_pkey' })
  tenantId: string;

  /** 0: for ever; null: as long as the server's setting says. */
  @Column('integer', { name: 'session_days', nullable: true })
  sessionDays: number | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}

/** What one process at a time does for the whole cluster. */
@Entity({ schema: 'system', name: 'chores' })
export class Chore {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'chores_pkey' })
  name: string;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  /** The process that is at it. */
  @Column('uuid', { nullable: true })
  worker: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  /** How far it has come: the last tenant that was done. */
  @Column('uuid', { name: 'after_tenant', nullable: true })
  afterTenant: string | null;
}
