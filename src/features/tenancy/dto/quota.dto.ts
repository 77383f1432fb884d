import { IsInt, Max, Min } from 'class-validator';
import { Nullable } from '../../../http/validators.js';

export const MAX_QUOTA = 1_000_000_000_000;

export class SetQuotaDto {
  /** Successful calls per UTC month; null: unlimited. */
  @Nullable()
  @IsInt()
  @Min(0)
  @Max(MAX_QUOTA)
  limit: number | null;
}

export class QuotaDto {
  feature: string;
  limit: number | null;
}

export class QuotaListDto {
  data: QuotaDto[];
  next_cursor: string | null;
}
