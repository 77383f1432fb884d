import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A ticket that was used in time: from then on it is good for its session's stream. */
@Entity({ schema: 'public', name: 'stream_tickets' })
@Index('stream_tickets_look_idx', ['tenantId', 'lookAt'])
export class StreamTicketUse {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'stream_tickets_pkey' })
  tenantId: string;

  @PrimaryColumn('uuid', { name: 'session_id', primaryKeyConstraintName: 'stream_tickets_pkey' })
  sessionId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'stream_tickets_pkey' })
  id: string;

  @Column('timestamptz', { name: 'used_at', default: () => 'now()' })
  usedAt: Date;

  /** When to see again whether it is still good. */
  @Column('timestamptz', { name: 'look_at', default: () => 'now()' })
  lookAt: Date;
}
