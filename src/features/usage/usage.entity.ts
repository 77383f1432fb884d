import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What one install has used of one feature in one month. Never goes down. */
@Entity({ schema: 'public', name: 'usage_counters' })
@Check('usage_counters_count_check', 'count >= 0')
export class UsageCounter {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'usage_counters_pkey' })
  tenantId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'usage_counters_pkey' })
  feature: string;

  /** First day of the month. */
  @PrimaryColumn('date', { primaryKeyConstraintName: 'usage_counters_pkey' })
  period: string;

  @PrimaryColumn('text', { name: 'install_id', primaryKeyConstraintName: 'usage_counters_pkey' })
  installId: string;

  @Column('bigint')
  count: string;
}

/** The sum of a feature's counters in one month, kept beside them: a quota is checked against it on every call. */
@Entity({ schema: 'public', name: 'usage_totals' })
@Check('usage_totals_total_check', 'total >= 0')
export class UsageTotal {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'usage_totals_pkey' })
  tenantId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'usage_totals_pkey' })
  feature: string;

  @PrimaryColumn('date', { primaryKeyConstraintName: 'usage_totals_pkey' })
  period: string;

  @Column('bigint')
  total: string;
}

/** One unit of a quota, held for a call that is under way. */
@Entity({ schema: 'public', name: 'usage_reservations' })
export class UsageReservation {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'usage_reservations_pkey' })
  tenantId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'usage_reservations_pkey' })
  feature: string;

  @PrimaryColumn('date', { primaryKeyConstraintName: 'usage_reservations_pkey' })
  period: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'usage_reservations_pkey' })
  id: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
