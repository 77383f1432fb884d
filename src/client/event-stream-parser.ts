/** One event as it came over the wire. */
export interface Message {
  /** `message` when the sender named none. */
  readonly type: string;
  /** The value of `data:`, exactly; several lines are joined by a line feed. */
  readonly data: string;
  /** The id of this very event. Events without one inherit none, or a resume could start at a place that was never reached. */
  readonly id: string | undefined;
}

const LINE_END = /\r\n|[\r\n]/;

/** Reads `text/event-stream` (WHATWG HTML, 9.2.6) from pieces of any size, cut anywhere. An event that is cut off is no event. */
export class EventStreamParser {
  /** The server's last `retry:`, milliseconds. */
  retryMs: number | undefined;

  /** Keeps characters that are cut in two, and drops a byte order mark. */
  private readonly decoder = new TextDecoder();
  private line = '';
  private endedWithReturn = false;
  private type = '';
  private data: string | undefined;
  private id: string | undefined;

  /** Characters of the event that has begun. */
  get pending(): number {
    return this.line.length + (this.data?.length ?? 0);
  }

  /** Takes the next bytes. @returns the events that they complete. */
  read(bytes: Uint8Array): Message[] {
    let text = this.decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    // CR LF may be cut in two; the line has ended with the CR, so that no event waits for the next piece.
    if (this.endedWithReturn && text.startsWith('\n')) text = text.slice(1);
    this.endedWithReturn = text.endsWith('\r');
    const [first = '', ...others] = text.split(LINE_END);
    const messages: Message[] = [];
    this.line += first;
    for (const next of others) {
      this.readLine(this.line, messages);
      this.line = next;
    }
    return messages;
  }

  private readLine(line: string, messages: Message[]): void {
    if (line === '') return this.endEvent(messages);
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    else if (name === 'event') this.type = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  private endEvent(messages: Message[]): void {
    if (this.data !== undefined) messages.push({ type: this.type || 'message', data: this.data, id: this.id });
    this.type = '';
    this.data = undefined;
    this.id = undefined;
  }
}
