import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Scope } from '../../reliability/context/request-context.js';

/** The owner of data: no two tenants share any. */
@Entity({ schema: 'system', name: 'tenants' })
export class Tenant {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tenants_pkey' })
  id: string;

  @Column('text')
  name: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}

/** A key of a tenant. The key itself is kept nowhere. */
@Entity({ schema: 'system', name: 'api_keys' })
@Index('api_keys_tenant_idx', ['tenantId', 'id'])
@Check(
  'api_keys_scopes_check',
  `cardinality(scopes) > 0 AND scopes <@ ARRAY['platform:admin', 'tenant:admin', 'member']`,
)
@Check('api_keys_token_hash_check', `octet_length(token_hash) = 32`)
export class ApiKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  id: string;

  @Column('uuid', { name: 'tenant_id' })
  @ForeignKey(() => Tenant, { name: 'api_keys_tenant_fkey' })
  tenantId: string;

  @Column('text')
  name: string;

  @Column('text', { array: true })
  scopes: Scope[];

  /** SHA-256 of the whole key. */
  @Column('bytea', { name: 'token_hash' })
  tokenHash: Buffer;

  /** Whether an operator chose it: then its text does not name its id. */
  @Column('boolean', { default: false })
  opaque: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;
}

export const MEMBER_ROLES = ['admin', 'member'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** A person of a tenant. */
@Entity({ schema: 'system', name: 'members' })
@Index('members_email_idx', ['tenantId', 'email'], { unique: true })
@Check('members_role_check', `role IN ('admin', 'member')`)
export class Member {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'members_pkey' })
  @ForeignKey(() => Tenant, { name: 'members_tenant_fkey' })
  tenantId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'members_pkey' })
  id: string;

  /** In lower case. */
  @Column('text')
  email: string;

  @Column('text')
  role: MemberRole;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}

/** What the installation must keep to itself, such as the key that signs client tokens. */
@Entity({ schema: 'system', name: 'secrets' })
export class Secret {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'secrets_pkey' })
  name: string;

  @Column('bytea')
  value: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}

/** How many successful calls of a feature a tenant has in a month. */
@Entity({ schema: 'public', name: 'quotas' })
@Check('quotas_limit_check', `"limit" >= 0`)
export class Quota {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'quotas_pkey' })
  tenantId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'quotas_pkey' })
  feature: string;

  /** As text, because that is how pg reads a bigint; null: unlimited. */
  @Column('bigint', { nullable: true })
  limit: string | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
