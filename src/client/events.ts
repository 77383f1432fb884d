/** A seat of the council in a ranking; a lower mean rank is better. */
export interface RankedSeat {
  seat: string;
  persona: string;
  model: string;
  mean_rank: number;
}

/** One action of the plan. */
export interface PlannedAction {
  id: string;
  title: string;
  detail: string;
  /** From 1; an action comes after those that it depends on. */
  order: number;
  /** Ids of actions. */
  depends_on: string[];
  estimate_minutes: number;
  owner_role: string;
  first_step: string;
}

/** What every event that ends an attempt says about the log before it. */
export interface Closing {
  /** The sequence of this event. */
  event_count: number;
  /** The end of the SHA-256 chain over all earlier events, in hexadecimal. */
  digest: string;
}

/** The data of every type of event that the log holds. */
export interface EventData {
  session_started: { goal_title: string; council: { seats: number; max_rounds: number; quorum: number } };
  framing_complete: { questions: string[]; constraints: string[]; unknowns: string[] };
  seat_selected: { seat: string; persona: string; model: string };
  round_started: { round: number };
  contribution: { round: number; seat: string; text: string };
  convergence: { round: number; score: number; novelty: number; stop: boolean };
  round_complete: { round: number };
  voting_started: Record<string, never>;
  vote: { seat: string; ranking: string[] };
  voting_complete: { ranking: RankedSeat[] };
  synthesis_complete: { text: string; consensus: number };
  actions_planned: { actions: PlannedAction[] };
  seat_absent: { seat: string; code: string };
  attempt_superseded: { seat: string; from: number; to: number };
  paused: Record<string, never>;
  resumed: Record<string, never>;
  retried: { attempt: number };
  error: Closing & { code: string; detail: string; recoverable: boolean };
  cancelled: Closing;
  complete: Closing;
}

/** The members around the data of every event of the log. `GET /v1/sessions/:id/events` lists the same objects. */
export interface Logged {
  session_id: string;
  /** From 1, without holes. */
  sequence: number;
  /** RFC 3339, UTC. */
  timestamp: string;
  event_version: number;
}

/** Types that end an attempt. */
export type TerminalType = 'complete' | 'error' | 'cancelled';

/** An event of the log. */
export type LoggedEvent = {
  [T in keyof EventData]: Logged & { event_type: T; data: EventData[T] } & (T extends TerminalType
      ? {
          /** Whether the digest was checked, and is right; false when following began in mid-log without its digest. */
          verified: boolean;
        }
      : unknown);
}[keyof EventData];

/** An event whose type this release does not know: a newer server may log more types. */
export type UnknownEvent = Partial<Logged> & { event_type: 'unknown'; name: string; data: unknown };

/** A piece of a text that is being written. Never logged, never repeated: the `contribution` holds the whole. */
export interface Delta {
  event_type: 'delta';
  data: { round: number; seat: string; text: string };
}

/** The server does not know the place to go on from: the events in between are lost to this stream. A `snapshot` follows. */
export interface GapDetected {
  event_type: 'gap_detected';
  data: { expected: number; actual: number; missed: number; earliest: number };
}

/** The session's state now, in place of the lost events; following goes on after `events_through`. */
export interface Snapshot {
  event_type: 'snapshot';
  data: { session: Record<string, unknown>; events_through: number };
}

/** Any item that following a session brings; `event_type` says which. */
export type StreamItem = LoggedEvent | UnknownEvent | Delta | GapDetected | Snapshot;

const KNOWN = {
  session_started: 1,
  framing_complete: 1,
  seat_selected: 1,
  round_started: 1,
  contribution: 1,
  convergence: 1,
  round_complete: 1,
  voting_started: 1,
  vote: 1,
  voting_complete: 1,
  synthesis_complete: 1,
  actions_planned: 1,
  seat_absent: 1,
  attempt_superseded: 1,
  paused: 1,
  resumed: 1,
  retried: 1,
  error: 1,
  cancelled: 1,
  complete: 1,
  delta: 1,
  gap_detected: 1,
  snapshot: 1,
} satisfies Record<Exclude<StreamItem['event_type'], 'unknown'>, 1>;

/** The object of a `data:` line: the members that all of them may have. */
export interface Body extends Partial<Logged> {
  event_type?: string;
  data?: unknown;
}

/**
 * Gives a body its type.
 * @param type of the message; the body's own type takes precedence, because the digest covers it.
 */
export function toItem(type: string, body: Body): StreamItem {
  const name = body.event_type ?? type;
  // Items that are not logged may come without the frame of the others.
  const framed = 'data' in body ? body : { data: body };
  if (Object.hasOwn(KNOWN, name)) return { ...framed, event_type: name } as StreamItem;
  return { ...framed, event_type: 'unknown', name } as UnknownEvent;
}

/** The events that end an attempt. */
export function isTerminal(item: StreamItem): item is Extract<LoggedEvent, { event_type: TerminalType }> {
  const { event_type: type } = item;
  return type === 'complete' || type === 'error' || type === 'cancelled';
}

/** Whether nothing can follow in the log. The log of a failed session that can be retried goes on once it is. */
export function isFinal(item: StreamItem): boolean {
  return isTerminal(item) && !(item.event_type === 'error' && item.data.recoverable);
}
