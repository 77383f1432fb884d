import { publicId } from '../../database/id.js';
import { lineFrame, TERMINAL_EVENTS, type LoggedEvent } from '../../journal/event-log.js';
import type { Random } from '../../reliability/ports.js';
import { asChunk } from './stream-connection.js';
import { eventId } from './cursor.js';

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_EVENTS);

const TYPE_START = '\nevent: ';
const FRAME_END = '\n\n';

/** Comments are heard by nobody but proxies and dead connections. */
export const KEEPALIVE: Buffer = Buffer.from(':\n\n');
export const KEEPALIVE_CHUNK: Buffer = asChunk(KEEPALIVE);

/** A run of events of one log, without a hole, as the stream sends them: written once, shared by all who are sent it. */
export class Frames {
  private constructor(
    /** Of the event before the first one. */
    readonly after: number,
    readonly count: number,
    readonly bytes: Buffer,
    /** Whether the last event ends an attempt. */
    readonly terminal: boolean,
    /** Where each event ends in the bytes: asked for only when they are cut, and for each piece then. */
    private readonly ends: () => readonly number[],
  ) {}

  /** @param events at least one; what follows a hole is left out. */
  static of(epoch: string, events: readonly LoggedEvent[]): Frames {
    const after = (events[0]?.sequence ?? 1) - 1;
    const ends: number[] = [];
    let text = '';
    let end = 0;
    let terminal = false;
    for (const [index, { sequence, type, data }] of events.entries()) {
      if (sequence !== after + index + 1) break;
      const head = `id: ${eventId(epoch, sequence)}${TYPE_START}${type}\ndata: `;
      text += `${head}${data}${FRAME_END}`;
      // Measured piece by piece: what is put together would be copied to be measured. All but the data is ASCII.
      end += head.length + Buffer.byteLength(data) + FRAME_END.length;
      ends.push(end);
      terminal = TERMINAL.has(type);
    }
    return new Frames(after, ends.length, Buffer.from(text), terminal, () => ends);
  }

  /**
   * @param page a line with the first and the last sequence; then for each event a line with its version, its time in seconds
   *   since the Unix epoch, its type, and what it says.
   * @returns undefined when there is a hole in the page.
   */
  static ofPage({ epoch, sessionId }: { epoch: string; sessionId: string }, page: string): Frames | undefined {
    const session = publicId('ses', sessionId);
    const id = `id: ${epoch}.`;
    let end = page.indexOf('\n');
    const [first = 0, last = 0] = page.slice(0, end).split(' ').map(Number);
    let sequence = first - 1;
    let text = '';
    let head = '';
    let type = '';
    let before = '';
    let after = '';
    while (end < page.length) {
      const start = end + 1;
      end = page.indexOf('\n', start);
      if (end === -1) end = page.length;
      const said = page.indexOf('{', start);
      // Those that were logged together have all of it in common.
      if (!page.startsWith(head, start) || start + head.length !== said) {
        head = page.slice(start, said);
        const [version, at, name = ''] = head.split(' ');
        type = name;
        const line = lineFrame(session, { type, version: Number(version), atMs: Math.round(Number(at) * 1000) });
        before = `${TYPE_START}${type}\ndata: ${line.before}`;
        ({ after } = line);
      }
      sequence += 1;
      text += `${id}${sequence}${before}${sequence}${after}${page.slice(said, end)}}${FRAME_END}`;
    }
    if (sequence !== last) return undefined;
    const bytes = Buffer.from(text);
    let ends: readonly number[] | undefined;
    return new Frames(first - 1, last - first + 1, bytes, TERMINAL.has(type), () => (ends ??= endsIn(bytes)));
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
    const ends = this.ends();
    const start = first === 0 ? 0 : (ends[first - 1] ?? this.bytes.length);
    let next = first + 1;
    while (next < ends.length && (ends[next] ?? 0) - start <= mostBytes) next += 1;
    return { bytes: this.bytes.subarray(start, ends[next - 1]), last: this.after + Math.min(next, ends.length) };
  }
}

/** The data is JSON in one line: nothing but a frame's end has an empty line. */
function endsIn(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let end = 0; (end = bytes.indexOf(FRAME_END, end)) !== -1; ends.push(end)) end += FRAME_END.length;
  return ends;
}

/** A whole number of milliseconds, so that those who are sent away together do not come back together. */
export function jittered({ least, most }: { least: number; most: number }, random: Random): number {
  return Math.round(least + random() * (most - least));
}

/** How long a client that loses the stream should wait before it comes back. */
export function retryFrame(ms: number): Buffer {
  return Buffer.from(`retry: ${ms}\n\n`);
}

/** Something that is not logged, and has no id therefore. @param data JSON in one line. */
export function unloggedFrame(type: 'delta' | 'gap_detected', data: string): Buffer {
  return Buffer.from(`event: ${type}\ndata: ${data}\n\n`);
}

/** What stands for all events up to a sequence. */
export function snapshotFrame(epoch: string, snapshot: { session: unknown; events_through: number }): Buffer {
  const id = eventId(epoch, snapshot.events_through);
  return Buffer.from(`id: ${id}\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
}
