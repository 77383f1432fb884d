import { TERMINAL_EVENTS, type LoggedEvent } from '../../journal/event-log.js';
import type { Random } from '../../reliability/ports.js';
import { asChunk } from './stream-connection.js';
import { eventId } from './cursor.js';

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_EVENTS);

export const TYPE_START = '\nevent: ';
export const DATA_START = '\ndata: ';
export const FRAME_END = '\n\n';

/** A comment: clients skip it, but proxies do not time out, and dead connections show. */
export const KEEPALIVE: Buffer = Buffer.from(':\n\n');
export const KEEPALIVE_CHUNK: Buffer = asChunk(KEEPALIVE);

/** How every frame of a log begins, before the sequence. */
export function idStart(epoch: string): string {
  return `id: ${eventId(epoch, '')}`;
}

export function isTerminal(type: string): boolean {
  return TERMINAL.has(type);
}

/** Frames whose bytes are put together. */
export interface WrittenFrames {
  readonly after: number;
  readonly bytes: Buffer;
  /** Where each event ends in the bytes. */
  readonly ends: readonly number[];
  readonly terminal: boolean;
}

/** A run of events of one log, without a hole, as the stream sends them: written once, shared by all its streams. */
export class Frames {
  private constructor(
    /** The sequence of the event before the first one. */
    readonly after: number,
    readonly bytes: Buffer,
    /** Whether the last event ends an attempt. */
    readonly terminal: boolean,
    private readonly ends: readonly number[],
  ) {}

  static written({ after, bytes, ends, terminal }: WrittenFrames): Frames {
    return new Frames(after, bytes, terminal, ends);
  }

  /** @param events at least one; what follows a hole is left out. */
  static of(epoch: string, events: readonly LoggedEvent[]): Frames {
    const after = (events[0]?.sequence ?? 1) - 1;
    const start = idStart(epoch);
    const ends: number[] = [];
    let text = '';
    let end = 0;
    let terminal = false;
    for (const [index, { sequence, type, data }] of events.entries()) {
      if (sequence !== after + index + 1) break;
      const head = `${start}${sequence}${TYPE_START}${type}${DATA_START}`;
      text += `${head}${data}${FRAME_END}`;
      // Measured piece by piece: measuring the joined text would copy it. All but the data is ASCII.
      end += head.length + Buffer.byteLength(data) + FRAME_END.length;
      ends.push(end);
      terminal = isTerminal(type);
    }
    return new Frames(after, Buffer.from(text), terminal, ends);
  }

  get count(): number {
    return this.ends.length;
  }

  /** The last event's sequence. */
  get last(): number {
    return this.after + this.count;
  }

  /**
   * The bytes of the events after a sequence, as many as fit into so many bytes, at least one; and the sequence of the last one
   * among them. Not copied.
   */
  slice(cursor: number, mostBytes: number): { bytes: Buffer; last: number } {
    const first = Math.max(0, cursor - this.after);
    if (first === 0 && this.bytes.length <= mostBytes) return { bytes: this.bytes, last: this.last };
    const { ends } = this;
    const start = first === 0 ? 0 : (ends[first - 1] ?? this.bytes.length);
    let next = first + 1;
    while (next < ends.length && (ends[next] ?? 0) - start <= mostBytes) next += 1;
    return { bytes: this.bytes.subarray(start, ends[next - 1]), last: this.after + Math.min(next, ends.length) };
  }
}

/** A random whole number of milliseconds: clients that are sent away together must not come back together. */
export function jittered({ least, most }: { least: number; most: number }, random: Random): number {
  return Math.round(least + random() * (most - least));
}

/** How long a client that loses the stream should wait before it comes back. */
export function retryFrame(ms: number): Buffer {
  return Buffer.from(`retry: ${ms}\n\n`);
}

/** A frame that is not logged, and therefore has no id. @param data JSON in one line. */
export function unloggedFrame(type: 'delta' | 'gap_detected', data: string): Buffer {
  return Buffer.from(`event: ${type}\ndata: ${data}\n\n`);
}

/** The snapshot that stands for all events up to a sequence. */
export function snapshotFrame(epoch: string, snapshot: { session: unknown; events_through: number }): Buffer {
  const id = eventId(epoch, snapshot.events_through);
  return Buffer.from(`id: ${id}\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
}
