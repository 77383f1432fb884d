import { IsInt, Max, Min } from 'class-validator';
import { Nullable } from '../../../http/validators.js';

/** A hundred years. */
export const MOST_DAYS = 36_500;

export class SetRetentionDto {
  /** Days that sessions are kept after their end; 0: for ever; null: the server's own setting. */
  @Nullable()
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  session_days: number | null;
}

export class RetentionDto {
  /** What was set for the tenant; null: nothing. */
  session_days: number | null;
  /** How many days after its end a session is removed; null: never. */
  effective_session_days: number | null;
}
