import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One event of a session's log, and the model call whose answer it holds, if it holds one. Never changed. */
@Entity({ schema: 'public', name: 'session_events' })
@Index('session_events_call_idx', ['tenantId', 'sessionId', 'callKey'], {
  unique: true,
  where: 'call_key IS NOT NULL',
})
@Check(
  'session_events_call_check',
  'num_nulls(call_key, provider, model, attempts, input_tokens, output_tokens) IN (0, 6)',
)
export class SessionEvent {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'session_events_pkey' })
  tenantId: string;

  @PrimaryColumn('uuid', { name: 'session_id', primaryKeyConstraintName: 'session_events_pkey' })
  sessionId: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** From 1, without holes. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'session_events_pkey' })
  sequence: number;

  @Column('integer', { nullable: true })
  attempts: number | null;

  @Column('integer', { name: 'input_tokens', nullable: true })
  inputTokens: number | null;

  @Column('integer', { name: 'output_tokens', nullable: true })
  outputTokens: number | null;

  /** How `data` is laid out. */
  @Column('smallint', { name: 'event_version' })
  eventVersion: number;

  @Column('text')
  type: string;

  /** The content: the `data` of the stream's `data:` line, byte for byte. The other columns give the rest of that line. */
  @Column('text')
  data: string;

  /** Key of the call whose answer it holds, such as `round-2/seat-3`: stable, and answered once. */
  @Column('text', { name: 'call_key', nullable: true })
  callKey: string | null;

  @Column('text', { nullable: true })
  provider: string | null;

  @Column('text', { nullable: true })
  model: string | null;
}
