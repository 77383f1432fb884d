import { createServer, type AddressInfo, type Socket } from 'node:net';

/** One request as it came in: `head` with the request line and the headers. */
export interface ReceivedRequest {
  readonly head: string;
  readonly body: string;
}

/** What is done with the `number`-th request of the server, from 1. */
export type Script = (socket: Socket, request: ReceivedRequest, number: number) => void;

/** A TCP server that reads HTTP requests and answers with whatever bytes, and whatever end, a test likes. */
export class ScriptedServer {
  readonly sockets: Socket[] = [];
  readonly requests: ReceivedRequest[] = [];
  /** In the process's monotonic milliseconds, in the order in which connections ended. */
  readonly closedAtMs: number[] = [];
  private readonly server = createServer((socket) => this.accept(socket));

  private constructor(private readonly script: Script) {}

  static async start(script: Script): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(script);
    await new Promise<void>((resolve) => scripted.server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.sockets.length - this.closedAtMs.length;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket): void {
    this.sockets.push(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.closedAtMs.push(performance.now()));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      for (let request = take(received); request; request = take(received)) {
        received = received.subarray(request.bytes);
        this.requests.push(request);
        this.script(socket, request, this.requests.length);
      }
    });
  }
}

function take(received: Buffer): (ReceivedRequest & { bytes: number }) | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.toString('latin1', 0, end);
  const bytes = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return received.length < bytes ? undefined : { head, body: received.toString('utf8', end + 4, bytes), bytes };
}

/** A whole answer. */
export function answer(body: string | Buffer, status = 200, headers: Record<string, string> = {}): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers }).map(
    ([n, v]) => `${n}: ${v}\r\n`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`, 'latin1'), bytes]);
}
