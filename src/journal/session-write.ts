import type { LogEnd, LoggedEvent, NewEvent } from './event-log.js';

/** A session and its tenant. */
export interface SessionKey {
  readonly tenantId: string;
  readonly sessionId: string;
}

/** A model call whose answer is being logged. */
export interface AnsweredCall {
  /** Stable, such as `round-2/seat-3`: each key is answered once. */
  readonly key: string;
  /** Which of the events holds the answer, from 0; each holds one at most. */
  readonly event: number;
  readonly provider: string;
  readonly model: string;
  readonly attempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The session's status, stage and round afterwards; a member that is left out stays as it is. */
export interface Place {
  /** Failed needs a failure. */
  readonly status?: string;
  readonly stage?: string;
  readonly round?: number;
  readonly failure?: { readonly code: string; readonly detail: string | null; readonly recoverable: boolean };
}

/** The result of the votes for one seat. */
export interface SeatResult {
  readonly seat: string;
  readonly persona: string;
  readonly model: string;
  readonly meanRank: number | null;
  readonly votes: number;
  readonly won: boolean;
}

/** The row of an action that the session plans; ids are UUIDs. Its texts are well-formed, so Postgres can store them. */
export interface PlannedRow {
  readonly id: string;
  readonly project_id: string | null;
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly position: number;
  readonly depends_on: readonly string[];
  readonly estimate_minutes: number;
  readonly owner_role: string;
  readonly first_step: string;
}

/** What happens to the unit of quota that the session holds. */
export interface UnitEnding {
  readonly feature: string;
  /** The first day of the month in which it counts if its hold has run out. */
  readonly period: string;
  readonly install: string;
  /** False: the unit is given back. */
  readonly charged: boolean;
}

/** All that follows from one answer; it is kept as a whole, or not at all. */
export interface Entry {
  /** At least one. */
  readonly events: readonly NewEvent[];
  /** When, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly calls?: readonly AnsweredCall[];
  readonly place?: Place;
  readonly seats?: readonly SeatResult[];
  readonly actions?: readonly PlannedRow[];
  readonly unit?: UnitEnding;
}

/** A worker's addition to a log. */
export interface SessionWrite extends SessionKey, Entry {
  /** The fence of the worker's claim. */
  readonly fence: number;
  /** Where the worker believes the log to end. */
  readonly end: LogEnd;
}

export interface Appended {
  readonly events: readonly LoggedEvent[];
  readonly end: LogEnd;
}

/** What an operator wants of a session while a worker holds it. */
export type Wish = 'pause' | 'cancel';

/**
 * - `fenced`: the run has another holder, or the session is gone; this worker must let go of it.
 * - `moved`: the log ends elsewhere; read it again. An append whose answer was lost ends here when it is repeated.
 * - `cancel_wanted`: the session is to be cancelled; no other ending and no pause is taken.
 */
export type AppendOutcome =
  | ({ readonly outcome: 'appended'; readonly wanted: Wish | null } & Appended)
  | { readonly outcome: 'fenced' | 'moved' | 'cancel_wanted'; readonly wanted: Wish | null };

/** The state of a session that a writer of its log needs. */
export interface SessionHead {
  readonly status: string;
  readonly epoch: string;
  readonly attempt: number;
  readonly end: LogEnd;
  readonly fence: number;
  readonly wanted: Wish | null;
}

/** A session whose row is locked: no other process adds to its log until the transaction ends. */
export interface LockedSession extends SessionKey, SessionHead {
  /** Whether a worker holds it, and must be asked to pause or cancel; an expired lease does not count. */
  readonly held: boolean;
}
