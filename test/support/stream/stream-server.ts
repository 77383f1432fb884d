import type { Socket } from 'node:net';
import type { LoggedEvent } from '../../../src/journal/event-log.js';
import { ScriptedServer, type ReceivedRequest } from '../scripted-server.js';
import { wireOf } from './made-log.js';

/** A response of chunks whose end a test decides. */
export class StreamAnswer {
  constructor(
    readonly request: ReceivedRequest,
    /** From 1. */
    readonly number: number,
    private readonly socket: Socket,
  ) {}

  /** The sequence after which the client wants to go on. */
  get after(): number {
    const { head } = this.request;
    return Number(/^last-event-id: \w+\.(\d+)/im.exec(head)?.[1] ?? /[?&]after=(\d+)/.exec(head)?.[1] ?? 0);
  }

  header(name: string): string | undefined {
    return new RegExp(`^${name}: (.*)$`, 'im').exec(this.request.head)?.[1];
  }

  begin(type = 'text/event-stream'): this {
    this.socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`);
    return this;
  }

  send(text: string): this {
    const bytes = Buffer.from(text);
    if (bytes.length > 0)
      this.socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]));
    return this;
  }

  events(log: readonly LoggedEvent[], { from = this.after, to = Infinity } = {}): this {
    return this.send(
      log
        .filter(({ sequence }) => sequence > from && sequence <= to)
        .map(wireOf)
        .join(''),
    );
  }

  /** Ends it in good order. */
  end(): void {
    this.socket.write('0\r\n\r\n');
  }

  /** Breaks the connection. */
  cut(): void {
    this.socket.destroy();
  }

  refuse(status: number, headers: Record<string, string> = {}, body: object | string = ''): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const all = { 'content-length': String(Buffer.byteLength(text)), ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n${status === 204 ? '' : text}`);
  }
}

const CRLF = Buffer.from('\r\n');

/** A server of one stream, whose answers a test writes byte by byte. */
export class StreamServer {
  private constructor(
    private readonly server: ScriptedServer,
    readonly answers: readonly StreamAnswer[],
  ) {}

  static async start(respond: (answer: StreamAnswer) => void): Promise<StreamServer> {
    const answers: StreamAnswer[] = [];
    const server = await ScriptedServer.start((socket, request, number) => {
      const answer = new StreamAnswer(request, number, socket);
      answers.push(answer);
      respond(answer);
    });
    return new StreamServer(server, answers);
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** Connections that stand. */
  get open(): number {
    return this.server.open;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
