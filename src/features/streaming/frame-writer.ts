import type { CopyRow } from '../../database/copy-row.js';
import { PREFIX, publicId } from '../../database/id.js';
import { lineFrame } from '../../journal/event-log.js';
import { DATA_START, FRAME_END, Frames, idStart, isTerminal, TYPE_START } from './frames.js';

/** What {@link FrameWriter.add} reads of an event, in this order, after its sequence. */
export const EVENT_COLUMNS = 'event_version, at, type, data';

/** The end of an event's frame, after its data. */
const EVENT_END = Buffer.from(`}${FRAME_END}`);

/** Room for a page of most logs, and the most that is kept for the next writer. */
const ROOM_BYTES = 128 * 1024;
const MOST_KEPT_BYTES = 4 * ROOM_BYTES;

/** A buffer that no writer uses now. Left as garbage, those buffers would make V8 collect its whole heap twice as often. */
let spare: Buffer | undefined;

const ZERO = '0'.charCodeAt(0);

/**
 * Builds the frames of events from the bytes that Postgres sends: turning those into strings, and the strings into bytes,
 * took most of the time of a replay.
 */
export class FrameWriter {
  private readonly idStart: string;
  private readonly session: string;
  private bytes = takeRoom();
  private used = 0;
  private after = 0;
  private ends: number[] = [];
  private head = NO_HEAD;

  constructor({ epoch, sessionId }: { epoch: string; sessionId: string }) {
    this.idStart = idStart(epoch);
    this.session = publicId(PREFIX.session, sessionId);
  }

  /** @param row positioned at the event's sequence. Events after a hole are left out. */
  add(sequence: number, row: CopyRow): void {
    if (this.ends.length === 0) this.after = sequence - 1;
    else if (sequence !== this.after + this.ends.length + 1) return;
    const head = this.headOf(sequence, row);
    const { bytes: said, start, end } = row.next();
    this.makeRoom(head.bytes.length + (end - start) + EVENT_END.length);
    this.used += head.bytes.copy(this.bytes, this.used);
    this.used += said.copy(this.bytes, this.used, start, end);
    this.used += EVENT_END.copy(this.bytes, this.used);
    this.ends.push(this.used);
  }

  /** What was added since the last time; undefined when that is nothing. */
  take(): Frames | undefined {
    const { after, ends, used } = this;
    if (ends.length === 0) return undefined;
    this.ends = [];
    this.used = 0;
    const bytes = Buffer.from(this.bytes.subarray(0, used));
    return Frames.written({ after, ends, bytes, terminal: this.head.terminal });
  }

  /** Nothing more will be added. */
  close(): void {
    if (this.bytes.length <= MOST_KEPT_BYTES) spare = this.bytes;
    this.bytes = NO_ROOM;
  }

  /** The heads of events that were logged together differ in the sequence only. */
  private headOf(sequence: number, row: CopyRow): EventHead {
    const start = row.end;
    const version = row.next().int16();
    const atMs = Math.round(row.next().float64() * 1000);
    const { bytes, end } = row.next();
    if (!this.head.fits(sequence, bytes, start, end)) {
      const type = row.text();
      const line = lineFrame(this.session, { type, version, atMs });
      const parts = [this.idStart, `${TYPE_START}${type}${DATA_START}${line.before}`, line.after] as const;
      this.head = new EventHead(parts, sequence, Buffer.from(bytes.subarray(start, end)), isTerminal(type));
    }
    this.head.number(sequence);
    return this.head;
  }

  private makeRoom(more: number): void {
    const needed = this.used + more;
    if (needed <= this.bytes.length) return;
    const room = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(room, 0, 0, this.used);
    this.bytes = room;
  }
}

const NO_ROOM: Buffer = Buffer.alloc(0);

function takeRoom(): Buffer {
  const room = spare ?? Buffer.allocUnsafeSlow(ROOM_BYTES);
  spare = undefined;
  return room;
}

/** An event's frame up to its data. */
class EventHead {
  readonly bytes: Buffer;
  /** Where the last digits of the sequence stand. */
  private readonly places: readonly [number, number];
  /** Sequences with more digits do not fit. */
  private readonly most: number;

  /** @param common the columns that all events with this head share, as Postgres sends them. */
  constructor(
    [id, middle, rest]: readonly [id: string, middle: string, rest: string],
    sequence: number,
    private readonly common: Buffer,
    readonly terminal: boolean,
  ) {
    const digits = String(sequence);
    const before = Buffer.from(`${id}${digits}${middle}${digits}`);
    this.bytes = Buffer.concat([before, Buffer.from(rest)]);
    this.places = [id.length + digits.length - 1, before.length - 1];
    this.most = 10 ** digits.length - 1;
  }

  fits(sequence: number, row: Buffer, start: number, end: number): boolean {
    return sequence <= this.most && this.common.compare(row, start, end) === 0;
  }

  /** Writes a sequence with as many digits as the one that the head was made for. */
  number(sequence: number): void {
    const [first, second] = this.places;
    for (let rest = sequence, back = 0; rest > 0; rest = Math.floor(rest / 10), back++)
      this.bytes[first - back] = this.bytes[second - back] = ZERO + (rest % 10);
  }
}

/** Fits nothing. */
const NO_HEAD = new EventHead(['', '', ''], 0, Buffer.alloc(0), false);
