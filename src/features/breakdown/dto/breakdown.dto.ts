import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { CodePoints } from '../../../http/validators.js';
import type { Granularity } from '../../../llm/offline/granularity.js';

/** Code points of task, hints and template ids together. */
export const MAX_TOTAL_CHARACTERS = 4_000;

export class CreateBreakdownDto {
  /** The task, in one's own words. With hints and template ids at most 4,000 characters. */
  @CodePoints({ min: 1, max: Infinity })
  input_text: string;

  /** From 1, three to five flat steps, to 5, eight or more in up to three levels. @default 3 */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  granularity?: Granularity;

  /** What the plan should take into account. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @IsString({ each: true })
  @CodePoints({ max: 280 }, { each: true })
  context_hints?: string[];

  /** Templates to choose from; left out: the one that the text is about, or none. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @CodePoints({ max: 128 }, { each: true })
  template_ids?: string[];

  /** The device that the call counts for. */
  @IsOptional()
  @CodePoints({ min: 8, max: 128 })
  install_id?: string;
}

export class BreakdownStepDto {
  /** Unique within the breakdown. */
  id: string;
  /** At most 280 characters. */
  title: string;
  detail?: string;
  /** With its substeps. */
  estimate_minutes: number;
  /** Ids of steps that must end before this one starts; never a cycle. */
  depends_on: string[];
  /** At most 20, and at most three levels in all. */
  substeps: BreakdownStepDto[];
}

export class TokenUsageDto {
  input_tokens: number;
  output_tokens: number;
}

export class BreakdownDto {
  id: string;
  steps: BreakdownStepDto[];
  provider: string;
  model: string;
  /** True exactly when every configured provider failed and the offline planner stepped in. */
  degraded: boolean;
  template_id: string | null;
  attempts: number;
  latency_ms: number;
  usage: TokenUsageDto;
}

export class TemplateDto {
  id: string;
  title: string;
  /** The title by language (ISO 639-1). */
  titles: Record<string, string>;
}

export class TemplateListDto {
  data: TemplateDto[];
  next_cursor: string | null;
}
