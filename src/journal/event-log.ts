import { PREFIX, publicId } from '../database/id.js';
import { nextDigest } from './digest.js';

/** The layout version of an event's content. Every event names it; a reader must know all versions that a log may hold. */
export const EVENT_VERSION = 1;

/** Types of the events that end an attempt. */
export const TERMINAL_EVENTS = ['complete', 'error', 'cancelled'] as const;

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_EVENTS);

/** Where a log ends: all that is needed to add to it. */
export interface LogEnd {
  /** Of the last event; 0 in an empty log. */
  readonly sequence: number;
  readonly digest: Buffer;
}

/** Something to be logged. */
export interface NewEvent {
  readonly type: string;
  /** Plain JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The stored parts of an event: everything in its line that differs within a log. */
export interface EventParts {
  readonly sequence: number;
  readonly type: string;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** The event's content, as JSON text. */
  readonly said: string;
}

/** An event as it is sent. */
export interface LoggedEvent {
  readonly sequence: number;
  readonly type: string;
  /** The text of the stream's `data:` line. */
  readonly data: string;
}

export interface Composition {
  readonly sessionId: string;
  /** Where the log ends before these events. */
  readonly end: LogEnd;
  readonly events: readonly NewEvent[];
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** Events as they are sent and as they are stored, and where the log ends after them. */
export interface ComposedEvents {
  readonly events: readonly LoggedEvent[];
  readonly stored: readonly EventParts[];
  readonly end: LogEnd;
}

/** The parts of a line around the sequence: equal for all events that differ only in sequence and content. */
export interface LineFrame {
  readonly before: string;
  readonly after: string;
}

/**
 * Lays out the text of an event's `data:` line: the same parts always give the same bytes. The digest chain runs over them, so
 * this layout never changes; only the layout of `said` may.
 * @param sessionId as clients know it.
 */
export function lineFrame(
  sessionId: string,
  { type, version, atMs }: Omit<EventParts, 'sequence' | 'said'>,
): LineFrame {
  const timestamp = new Date(atMs).toISOString();
  return {
    before: `{"event_type":${JSON.stringify(type)},"session_id":"${sessionId}","sequence":`,
    after: `,"timestamp":"${timestamp}","event_version":${version},"data":`,
  };
}

/** The text of an event's `data:` line, as {@link lineFrame} lays it out. */
export function lineOf(sessionId: string, parts: EventParts): string {
  const { before, after } = lineFrame(sessionId, parts);
  return `${before}${parts.sequence}${after}${parts.said}}`;
}

/**
 * Writes events as the log keeps them: the same input gives the same bytes. An event that ends an attempt also holds the number
 * of events, and the digest of the chain before it.
 */
export function composeEvents({ sessionId, end, events, atMs }: Composition): ComposedEvents {
  const publicSession = publicId(PREFIX.session, sessionId);
  let { sequence, digest } = end;
  const stored: EventParts[] = [];
  const composed = events.map((event) => {
    sequence += 1;
    const closing = TERMINAL.has(event.type) ? { event_count: sequence, digest: digest.toString('hex') } : {};
    const said = JSON.stringify({ ...event.data, ...closing });
    const parts = { sequence, type: event.type, version: EVENT_VERSION, atMs, said };
    const data = lineOf(publicSession, parts);
    digest = nextDigest(digest, data);
    stored.push(parts);
    return { sequence, type: event.type, data };
  });
  return { events: composed, stored, end: { sequence, digest } };
}
