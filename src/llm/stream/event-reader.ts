import { ProviderFault } from '../provider-fault.js';

const LF = 0x0a;
const CR = 0x0d;
/** Bytes decoded at once: one letter beyond Latin-1 doubles the width of the whole text, which is then far slower to search. */
const MOST_AT_ONCE = 4096;
const NOTHING = Buffer.alloc(0);
const BYTE_ORDER_MARK = '\uFEFF';

export interface EventReaderOptions {
  /** Called with the `data` of each event. */
  readonly heard: (data: string) => void;
  /** Called where an event begins: may itself read events that it knows from the text. @returns where to go on. */
  readonly skim?: (text: string, from: number) => number;
  /** Bytes of one event. */
  readonly maxEventBytes: number;
}

/** Cuts the bytes of an event stream (WHATWG HTML, section 9.2) into events, wherever the network has cut them. */
export class EventReader {
  /** Pieces of the unfinished line, joined only when it ends: else a long line would be copied once per read. */
  private pieces: Buffer[] = [];
  private heldBytes = 0;
  /** The last byte was a carriage return: a line feed that follows belongs to it. */
  private afterReturn = false;
  private data: string | undefined;

  constructor(private readonly options: EventReaderOptions) {}

  /** @throws ProviderFault `too_large`; what `heard` throws. */
  push(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; from += MOST_AT_ONCE) this.read(bytes.subarray(from, from + MOST_AT_ONCE));
  }

  /** No more bytes come. Dispatches the last event: some servers forget the empty line after it. */
  end(): void {
    if (this.heldBytes > 0) this.line(this.joined(NOTHING));
    this.line('');
  }

  private read(bytes: Buffer): void {
    const isRest = this.afterReturn && bytes[0] === LF;
    this.afterReturn = bytes.at(-1) === CR;
    const end = Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
    if (end > 0) this.lines(this.joined(bytes.subarray(0, end)), isRest ? 1 : 0);
    if (end < bytes.length) this.pieces.push(bytes.subarray(end));
    this.heldBytes += bytes.length - end;
    if (this.heldBytes + (this.data?.length ?? 0) > this.options.maxEventBytes)
      throw new ProviderFault('too_large', { detail: 'An event of the stream was longer than allowed.' });
  }

  /** Whole lines. */
  private lines(text: string, begin: number): void {
    let from = begin;
    let feed = text.indexOf('\n', from);
    let carriage = text.indexOf('\r', from);
    while (from < text.length) {
      const next = this.data === undefined ? (this.options.skim?.(text, from) ?? from) : from;
      if (next === from) {
        const end = carriage === -1 || (feed !== -1 && feed < carriage) ? feed : carriage;
        this.line(text.slice(from, end));
        from = end === carriage && feed === end + 1 ? end + 2 : end + 1;
      } else from = next;
      // Each is searched for again only once it is passed: most streams have no carriage return.
      if (feed !== -1 && feed < from) feed = text.indexOf('\n', from);
      if (carriage !== -1 && carriage < from) carriage = text.indexOf('\r', from);
    }
  }

  private joined(last: Buffer): string {
    if (this.heldBytes === 0) return last.toString('utf8');
    const line = Buffer.concat([...this.pieces, last]).toString('utf8');
    this.pieces = [];
    this.heldBytes = 0;
    return line;
  }

  private line(text: string): void {
    if (text === '') return this.dispatch();
    const field = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    if (!field.startsWith('data:')) return;
    const value = field.slice(field.charCodeAt(5) === 0x20 ? 6 : 5);
    this.data = this.data === undefined ? value : `${this.data}\n${value}`;
  }

  private dispatch(): void {
    const { data } = this;
    if (data === undefined) return;
    this.data = undefined;
    this.options.heard(data);
  }
}
