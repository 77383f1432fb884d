import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { CodePoints, IsInstant, NestedList } from '../../../http/validators.js';
import { PageQuery } from '../../../http/page.js';

export const MAX_LOCAL_COUNT = 1_000_000_000;
export const MAX_BATCH = 500;

export class ReconcileDto {
  /** The device. With a client token it may be left out, and otherwise must be the token's own. */
  @IsOptional()
  @CodePoints({ min: 8, max: 128 })
  install_id?: string;

  @CodePoints({ min: 1, max: 64 })
  feature: string;

  /** What the device has counted in this period. */
  @IsInt()
  @Min(0)
  @Max(MAX_LOCAL_COUNT)
  local_count: number;

  /** An instant in the UTC month that the count belongs to; left out: now. */
  @IsOptional()
  @IsInstant()
  since?: string;
}

export class ReconciledDto {
  /** The highest count ever reported for this device, feature and month. */
  server_count: number;
  /** What the quota leaves, over all installs; null when unlimited. */
  effective_remaining: number | null;
  reconciled_at: string;
}

export class ReconcileBatchDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_BATCH)
  @NestedList(() => ReconcileDto)
  items: ReconcileDto[];
}

export class ReconciledBatchDto {
  /** In the order of the request. */
  items: ReconciledDto[];
}

export class UsageQuery extends PageQuery {
  /** A UTC month such as `2026-11`; left out: the current one. */
  @IsOptional()
  @Matches(/^20\d\d-(0[1-9]|1[0-2])$/, { message: 'must be a month such as 2026-11' })
  period?: string;
}

export class FeatureUsageDto {
  feature: string;
  count: number;
  limit: number | null;
  remaining: number | null;
  /** How many installs have a count. */
  installs: number;
}

export class UsageListDto {
  period: string;
  data: FeatureUsageDto[];
  next_cursor: string | null;
}
