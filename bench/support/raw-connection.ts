import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

const LAST_CHUNK = '\r\n0\r\n\r\n';

/**
 * HTTP/1.1 over one socket, one request at a time, as cheap as Node can make it. Understands answers with a Content-Length, and
 * chunked ones, if nothing follows their last chunk before the next request.
 */
export class RawConnection {
  /** Rejects when the connection breaks. */
  readonly closed: Promise<unknown>;
  private readonly socket: Socket;
  private received = '';

  /** @param onAnswer called with each whole answer, head and all, as latin1. */
  constructor(
    port: number,
    private readonly onAnswer: (answer: string) => void,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk: Buffer) => this.receive(chunk));
    this.closed = once(this.socket, 'close');
  }

  send(request: string | Buffer): void {
    this.socket.write(request);
  }

  end(): void {
    this.socket.end();
  }

  private receive(chunk: Buffer): void {
    this.received += chunk.toString('latin1');
    if (!isWhole(this.received)) return;
    const answer = this.received;
    this.received = '';
    this.onAnswer(answer);
  }
}

export function isOk(answer: string): boolean {
  return answer.charCodeAt(9) === 0x32;
}

export function bodyOf(answer: string): string {
  return Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').toString();
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = received.slice(0, end);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length !== undefined) return received.length >= end + 4 + Number(length);
  return !/^transfer-encoding: chunked/im.test(head) || received.endsWith(LAST_CHUNK);
}
