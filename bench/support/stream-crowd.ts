import { connect, type Socket } from 'node:net';

/** Connections that are opened at the same time. */
const AT_ONCE = 100;

/** What a crowd asks for. */
export interface CrowdOptions {
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly size: number;
}

/** Many clients of one stream, over raw sockets: cheap enough that the server, and not they, is what is measured. */
export class StreamCrowd {
  private readonly sockets: Socket[] = [];
  private onData: (chunk: Buffer, client: number) => void = () => {};

  static async open(options: CrowdOptions): Promise<StreamCrowd> {
    const crowd = new StreamCrowd();
    await crowd.grow(options);
    return crowd;
  }

  /** Adds so many clients; each has the head of its answer. @throws when one of them is refused. */
  async grow({ port, path, headers = {}, size }: CrowdOptions): Promise<void> {
    const head = Object.entries({ host: 'bench', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`;
    let left = size;
    const one = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.join(port, request);
      }
    };
    await Promise.all(Array.from({ length: Math.min(size, AT_ONCE) }, one));
  }

  get size(): number {
    return this.sockets.length;
  }

  /** Called with every chunk that comes from now on. */
  listen(onData: (chunk: Buffer, client: number) => void): void {
    this.onData = onData;
  }

  /** Runs `send`, which causes an event. @returns milliseconds until the last client has the event. */
  async reached(send: () => Promise<unknown>, mark: string): Promise<number> {
    const waiting = new Set(this.sockets.keys());
    const all = Promise.withResolvers<number>();
    const startMs = performance.now();
    this.listen((chunk, client) => {
      if (!chunk.includes(mark) || !waiting.delete(client)) return;
      if (waiting.size === 0) all.resolve(performance.now() - startMs);
    });
    const failed = send().then(() => new Promise<never>(() => {}));
    return Promise.race([all.promise, failed]);
  }

  close(): void {
    for (const socket of this.sockets.splice(0)) socket.destroy();
  }

  private join(port: number, request: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
      const client = this.sockets.push(socket) - 1;
      socket.on('error', reject);
      socket.once('data', (chunk: Buffer) => {
        if (!chunk.includes(' 200 OK')) return reject(new Error(chunk.toString('latin1').slice(0, 300)));
        socket.on('data', (more: Buffer) => this.onData(more, client));
        resolve();
      });
    });
  }
}
