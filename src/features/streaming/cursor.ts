import { AppError } from '../../reliability/errors/app-error.js';

/** Larger sequences count as this one: it too lies in the future of every log, and the next one is still a safe integer. */
const LAST_SEQUENCE = Number.MAX_SAFE_INTEGER - 1;

const EVENT_ID = /^([A-Za-z0-9]{8})\.(0|[1-9]\d*)$/;
const BARE_SEQUENCE = /^(?:0|[1-9]\d*)$/;

/** How far a client has read, by its own account. */
export interface Cursor {
  /** The epoch of the log that it has read; undefined when it does not say. */
  readonly epoch: string | undefined;
  /** The last event that it has; 0 for none. */
  readonly sequence: number;
}

/** What a client may send. */
export interface AskedCursor {
  /** The header that a client sends when it reconnects: newer than the cursor in its URL. */
  readonly lastEventId: string | undefined;
  /** The URL's parameter, which may be given twice. */
  readonly after: unknown;
}

/** Where a log stands. */
export interface LogPosition {
  readonly epoch: string;
  readonly lastSequence: number;
}

/** The id of an event. Opaque to clients. */
export function eventId(epoch: string, sequence: number | ''): string {
  return `${epoch}.${sequence}`;
}

/** The cursor of a request: the beginning of the log when it names none. @throws AppError invalid_cursor */
export function readCursor({ lastEventId, after }: AskedCursor): Cursor {
  const fromUrl = typeof after === 'string' ? (parseId(after) ?? parseSequence(after)) : undefined;
  if (after !== undefined && !fromUrl) throw malformed('`after` must be the id of an event, or a sequence.');
  if (lastEventId === undefined) return fromUrl ?? { epoch: undefined, sequence: 0 };
  const fromHeader = parseId(lastEventId);
  if (!fromHeader) throw malformed('`Last-Event-ID` must be the id of an event of this stream.');
  return fromHeader;
}

/** Whether the log can be read on from the cursor: it is of this log, and not from its future. */
export function continues({ epoch, sequence }: Cursor, log: LogPosition): boolean {
  return (epoch === undefined || epoch === log.epoch) && sequence <= log.lastSequence;
}

function parseId(text: string): Cursor | undefined {
  const [, epoch, digits = ''] = EVENT_ID.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, sequence: sequenceOf(digits) };
}

function parseSequence(text: string): Cursor | undefined {
  return BARE_SEQUENCE.test(text) ? { epoch: undefined, sequence: sequenceOf(text) } : undefined;
}

function sequenceOf(digits: string): number {
  return Math.min(Number(digits), LAST_SEQUENCE);
}

function malformed(detail: string): AppError {
  return new AppError('invalid_cursor', { detail });
}
