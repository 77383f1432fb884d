import { connect, type Socket } from 'node:net';

export interface RawResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** A client that sends bytes as they are, also such as no HTTP library would send. */
export class RawClient {
  private received = Buffer.alloc(0);
  private closed = false;
  private wake: () => void = () => undefined;

  private constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawClient(socket);
  }

  send(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** The next response; undefined when the connection ends without one. */
  async response({ head = false } = {}): Promise<RawResponse | undefined> {
    for (;;) {
      const parsed = parse(this.received, head, this.closed);
      if (parsed) {
        this.received = this.received.subarray(parsed.length);
        return parsed.response;
      }
      if (this.closed) return undefined;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Resolves when the server has closed the connection. */
  async ended(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Sends bytes on a connection of their own and returns the first response. */
export async function exchangeRaw(
  port: number,
  bytes: string | Buffer,
  options = {},
): Promise<RawResponse | undefined> {
  const client = await RawClient.connect(port);
  try {
    return await client.send(bytes).response(options);
  } finally {
    client.destroy();
  }
}

/** A well-formed request with whatever headers and body. */
export function request(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Buffer {
  const bytes = Buffer.from(body);
  const all = {
    host: 'test',
    authorization: 'Bearer good',
    ...(bytes.length > 0 && { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'), bytes]);
}

function parse(bytes: Buffer, head: boolean, closed: boolean): { response: RawResponse; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((text) => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]),
  );
  const status = Number(line.split(' ')[1]);
  const size =
    head || status === 204 || status < 200
      ? 0
      : Number(headers['content-length'] ?? (closed ? bytes.length - end - 4 : NaN));
  if (Number.isNaN(size) || bytes.length < end + 4 + size) return undefined;
  const body = bytes.toString('utf8', end + 4, end + 4 + size);
  return { response: { status, headers, body }, length: end + 4 + size };
}
