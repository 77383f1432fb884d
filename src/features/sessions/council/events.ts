import { z } from 'zod';

const seat = z.string();
const round = z.number().int().positive();
const attempt = z.number().int().positive();
const texts = z.array(z.string()).readonly();
const nothing = z.object({}).readonly();

const council = z.object({ seats: z.number(), max_rounds: z.number(), quorum: z.number() }).readonly();

const rankedSeat = z.object({ seat, persona: z.string(), model: z.string(), mean_rank: z.number() }).readonly();

const plannedAction = z
  .object({
    /** Stable within the session: `action-1`. */
    key: z.string(),
    id: z.string(),
    title: z.string(),
    detail: z.string(),
    /** From 1. An action comes after those that it depends on. */
    order: z.number().int().positive(),
    /** Ids of actions. */
    depends_on: texts,
    estimate_minutes: z.number().int().positive(),
    owner_role: z.string(),
    first_step: z.string(),
  })
  .readonly();

/** The newest `event_version` that this release reads. */
export const NEWEST_READABLE = 1;

/** The most that a column holds: other releases may number as they like. */
const LARGEST_VERSION = 2 ** 31 - 1;

/** The data of every type of event, in its newest shape. */
const SCHEMAS = {
  session_started: z.object({ goal_title: z.string(), council }),
  framing_complete: z.object({ questions: texts, constraints: texts, unknowns: texts }),
  seat_selected: z.object({ seat, persona: z.string(), model: z.string() }),
  round_started: z.object({ round }),
  contribution: z.object({ round, seat, text: z.string() }),
  convergence: z.object({ round, score: z.number(), novelty: z.number(), stop: z.boolean() }),
  round_complete: z.object({ round }),
  voting_started: nothing,
  vote: z.object({ seat, ranking: z.array(seat).readonly() }),
  voting_complete: z.object({ ranking: z.array(rankedSeat).readonly() }),
  synthesis_complete: z.object({ text: z.string(), consensus: z.number() }),
  actions_planned: z.object({ actions: z.array(plannedAction).readonly() }),
  seat_absent: z.object({ seat, code: z.string() }),
  attempt_superseded: z.object({ seat, from: attempt, to: attempt }),
  paused: nothing,
  resumed: nothing,
  retried: z.object({ attempt }),
  error: z.object({ code: z.string(), detail: z.string(), recoverable: z.boolean() }),
  cancelled: nothing,
  complete: nothing,
} as const satisfies Record<string, z.ZodType>;

export type EventType = keyof typeof SCHEMAS;

export type EventData<T extends EventType> = Readonly<z.infer<(typeof SCHEMAS)[T]>>;

/** One event of a session's log, by what it says: neither its sequence nor its time. */
export type CouncilEvent = {
  [T in EventType]: { readonly type: T; readonly data: EventData<T> };
}[EventType];

export type Framing = EventData<'framing_complete'>;
export type Convergence = EventData<'convergence'>;
export type RankedSeat = z.infer<typeof rankedSeat>;
export type PlannedAction = z.infer<typeof plannedAction>;

/** What the council reads of a logged event: the stream's `data:` object, which holds more than this. */
export interface LoggedEvent {
  readonly event_type: string;
  readonly event_version: number;
  readonly data: unknown;
}

/** The log holds an event that this release cannot read. To go on without it would be to ask, and pay, again. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';

  /** @param needs the version that a reader must know; null when that would not help. */
  constructor(
    message: string,
    readonly needs: number | null,
  ) {
    super(message);
  }
}

/**
 * An event as the log holds it; undefined when its type is unknown: later releases may log more than this one has to know, in a
 * version that this one reads.
 * @throws UnreadableEvent when the version is a later one, or the type is known and the data do not fit it.
 */
export function readEvent({ event_type: type, event_version: version, data }: LoggedEvent): CouncilEvent | undefined {
  if (version > NEWEST_READABLE)
    throw new UnreadableEvent(
      `version ${version} is newer than this release reads (${NEWEST_READABLE}).`,
      Number.isFinite(version) ? Math.min(Math.ceil(version), LARGEST_VERSION) : null,
    );
  if (!isEventType(type)) return undefined;
  const parsed = SCHEMAS[type].safeParse(data);
  if (!parsed.success)
    throw new UnreadableEvent(`"${type}" of version ${version}: ${z.prettifyError(parsed.error)}`, null);
  // The schema was chosen by the type, which TypeScript cannot follow.
  return { type, data: parsed.data } as CouncilEvent;
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(SCHEMAS, type);
}
