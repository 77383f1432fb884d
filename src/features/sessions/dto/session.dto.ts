import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { PageQuery } from '../../../http/page.js';
import { CodePoints, Nested, Utf8Bytes } from '../../../http/validators.js';
import { SESSION_STATUSES, type FailureCode, type SessionStatus } from '../session-status.js';

export class CouncilRequestDto {
  /** How many voices deliberate. @default 5 */
  @IsOptional()
  @IsInt()
  @Min(2)
  @Max(9)
  seats?: number;

  /** The rounds at most; from the second on they end when the voices agree and say little new. @default 4 */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(6)
  max_rounds?: number;

  /** How many seats must be present for the council to go on; at most all. Left out: the majority. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(9)
  quorum?: number;
}

export class CreateSessionDto {
  /** What is to be decided or planned. */
  @CodePoints({ min: 10, max: 10_000 })
  goal: string;

  /** What the council must know about it; at most 50 KB. */
  @IsOptional()
  @Utf8Bytes(50 * 1024)
  context?: string;

  /** What every plan must keep to. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @CodePoints({ min: 1, max: 500 }, { each: true })
  constraints?: string[];

  @IsOptional()
  @Nested(() => CouncilRequestDto)
  council?: CouncilRequestDto;

  /** The project that its actions belong to. */
  @IsOptional()
  @CodePoints({ min: 1, max: 64 })
  project_id?: string;

  /** Whether it is queued at once. @default true */
  @IsOptional()
  @IsBoolean()
  start?: boolean;
}

export class ReplanDto {
  /** What has become known since. */
  @IsOptional()
  @CodePoints({ max: 5_000 })
  additional_context?: string;
}

export class SeatDto {
  seat: string;
  persona: string;
  model: string;
}

export class CouncilDto {
  seats: SeatDto[];
  max_rounds: number;
  quorum: number;
}

export class FailureDto {
  code: FailureCode;
  detail: string;
}

export class SessionUsageDto {
  /** Calls to models that were answered. */
  calls: number;
  input_tokens: number;
  output_tokens: number;
}

export class SessionDto {
  id: string;
  title: string;
  goal: string;
  status: SessionStatus;
  /** What the council is at; null before it begins. */
  stage: string | null;
  /** 0 before the first round. */
  round: number;
  council: CouncilDto;
  project_id: string | null;
  /** From 1; each retry is one more. */
  attempt: number;
  /** Whether a retry can go on from where a failed session stopped. */
  recoverable: boolean;
  failure: FailureDto | null;
  last_sequence: number;
  usage: SessionUsageDto;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export class SessionListDto {
  data: SessionDto[];
  next_cursor: string | null;
}

export class SessionsQuery extends PageQuery {
  @IsOptional()
  @IsIn(SESSION_STATUSES)
  status?: SessionStatus;
}

export class EventsQuery extends PageQuery {
  /** The sequence after which the list begins. @default 0 */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}

export class ControlledDto {
  session_id: string;
  action: 'start' | 'pause' | 'resume' | 'cancel' | 'retry';
  status: SessionStatus;
  message: string;
}

export class ReplannedDto {
  session_id: string;
  action_id: string;
  /** Whether the action had been replanned before: this is the session from then. */
  is_existing: boolean;
}

export class RankedSeatDto {
  seat: string;
  persona: string;
  model: string;
  /** From 1, the best. */
  mean_rank: number;
}

export class SeatRecordDto {
  seat: string;
  persona: string;
  model: string;
  /** The rounds in which it spoke. */
  rounds: number[];
  voted: boolean;
  /** Why it was absent at the end; null when it was not. */
  absent: string | null;
}

export class ResultActionDto {
  id: string;
  title: string;
  detail: string;
  order: number;
  /** Ids of actions. */
  depends_on: string[];
  estimate_minutes: number;
  owner_role: string;
  first_step: string;
}

export class SessionResultDto {
  session_id: string;
  synthesis: string;
  /** How far the votes agree, 0 to 1. */
  consensus: number;
  /** The best first. */
  ranking: RankedSeatDto[];
  seats: SeatRecordDto[];
  /** As they were planned; `/v1/actions` tells what has become of them. */
  actions: ResultActionDto[];
  /** Whether the council was smaller than it should have been. */
  degraded: boolean;
}

export class LeagueRowDto {
  persona: string;
  /** The model that spoke for the persona in the round that was voted on: a fallback's, where one stood in. */
  model: string;
  /** Sessions whose vote it took part in. */
  sessions: number;
  /** Votes that ranked it. */
  votes: number;
  /** Sessions in which it came first. */
  wins: number;
  average_rank: number;
  /** Wins per session, 0 to 1. */
  win_rate: number;
}

export class LeagueDto {
  data: LeagueRowDto[];
  next_cursor: string | null;
}
