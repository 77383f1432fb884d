import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request that must have its effect once. The row reveals neither the client's key nor, without that key, the answer. */
@Entity({ schema: 'public', name: 'idempotency_keys' })
@Index('idempotency_keys_expires_idx', ['tenantId', 'expiresAt'])
@Check('idempotency_keys_lookup_check', 'octet_length(lookup) = 32')
@Check('idempotency_keys_fingerprint_check', 'octet_length(fingerprint) = 32')
export class IdempotencyKey {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'idempotency_keys_pkey' })
  tenantId: string;

  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'idempotency_keys_pkey' })
  lookup: Buffer;

  /** The claim that may complete or release it. */
  @Column('uuid')
  holder: string;

  /** While there is no answer, the end of the holder's lease. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('bytea')
  fingerprint: Buffer;

  /** Sealed under the client's key. */
  @Column('bytea', { nullable: true })
  answer: Buffer | null;
}
