import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { anthropic } from './anthropic.js';
import type { ReceivedCall } from './call.js';
import type { Dialect } from './dialect.js';
import { openai } from './openai.js';

/** How one request is met. */
export interface Behaviour {
  readonly name: string;
  /** Writes what there is to write. A promise that never settles on its own keeps the client waiting. */
  readonly play: (exchange: Exchange) => void | Promise<void>;
}

/** The client has closed the connection, and does not read what a behaviour would still write. */
export class Gone extends Error {}

/** How long bytes have to be read before a reset: a reset that overtakes them can take them along. */
const BEFORE_RESET_MS = 10;

/** One request, and the connection on which a behaviour answers it, byte by byte if it likes. */
export class Exchange {
  readonly dialect: Dialect;
  /** Hung up by the fake. */
  closed = false;
  private left = false;
  private onLeave: (() => void) | undefined;

  constructor(
    readonly call: ReceivedCall,
    private readonly socket: Socket,
    private readonly content: (call: ReceivedCall) => string,
  ) {
    this.dialect = call.path.endsWith('/messages') ? anthropic : openai;
  }

  /** What the provider says when a behaviour names no words of its own. */
  defaultContent(): string {
    return this.content(this.call);
  }

  /** A whole answer with a Content-Length, in one write. */
  respond(
    status: number,
    body: object | string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    const bytes = Buffer.from(isText ? body : JSON.stringify(body));
    const all = { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers };
    return this.write(Buffer.concat([Buffer.from(headOf(status, all)), bytes]));
  }

  /** The head of an answer, 200 unless told otherwise; of one in chunks unless a Content-Length is given. */
  head(headers: Readonly<Record<string, string>> = {}, status = 200): Promise<void> {
    const type = this.call.stream ? 'text/event-stream; charset=utf-8' : 'application/json';
    const framing = 'content-length' in headers ? {} : { 'transfer-encoding': 'chunked' };
    return this.write(headOf(status, { 'content-type': type, ...framing, ...headers }));
  }

  chunk(text: string | Buffer): Promise<void> {
    return this.write(chunkOf(text));
  }

  endOfChunks(): Promise<void> {
    return this.write('0\r\n\r\n');
  }

  /** Bytes as they are. Resolves when the socket has taken them. @throws Gone */
  async write(bytes: string | Buffer): Promise<void> {
    if (this.left) throw new Gone();
    const taken = await new Promise<boolean>((resolve) => this.socket.write(bytes, (error) => resolve(!error)));
    if (!taken || this.left) throw new Gone();
    this.call.sentBytes += Buffer.byteLength(bytes);
  }

  /** Prepared bytes, without waiting: the fast path of the benchmarks. */
  writeAtOnce(bytes: Buffer): void {
    this.socket.write(bytes);
    this.call.sentBytes += bytes.length;
  }

  /** Waits; with Infinity until the client goes. @throws Gone as soon as it does. */
  pause(ms: number): Promise<void> {
    if (this.left) return Promise.reject(new Gone());
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms);
      this.onLeave = () => {
        clearTimeout(timer);
        reject(new Gone());
      };
    });
  }

  /** A TCP reset. */
  async reset(): Promise<void> {
    if (this.call.sentBytes > 0) await this.pause(BEFORE_RESET_MS);
    this.closed = true;
    this.socket.resetAndDestroy();
  }

  /** An orderly end of the connection (FIN), whatever the answer still lacks. */
  close(): void {
    this.closed = true;
    this.socket.end();
  }

  /** For the connection, when its client has gone. */
  leave(): void {
    this.left = true;
    this.onLeave?.();
  }
}

export function chunkOf(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

export function headOf(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`;
}
