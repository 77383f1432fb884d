import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How a connection ends. */
export type Ending =
  | 'refused' // before anything was said
  | 'cut' // closed by the proxy, both ways
  | 'reset'
  | 'half-closed' // the server's side ends; the client's side stays open
  | 'stalled' // nothing comes any more, without a sign of it
  | 'whole';

/** What happens to one connection. */
export interface Fault {
  readonly ending: Ending;
  /** How many of the server's bytes the client gets before the ending. */
  readonly afterBytes?: number;
  /** The server's bytes come in pieces of so many. */
  readonly pieceBytes?: number;
  /** How long each piece is held back, milliseconds. */
  readonly delayMs?: number;
}

export const WHOLE: Fault = { ending: 'whole' };

/** Stands between clients and servers, and breaks connections as it is told. */
export class FaultProxy {
  readonly faults: Fault[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((client) => this.accept(client));

  private constructor(
    private readonly port: () => number,
    private readonly faultFor: (connection: number) => Fault,
  ) {}

  /**
   * @param port of the server that a new connection is led to.
   * @param faultFor what happens to the `connection`-th one, from 1.
   */
  static async start(port: () => number, faultFor: (connection: number) => Fault = () => WHOLE): Promise<FaultProxy> {
    const proxy = new FaultProxy(port, faultFor);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Breaks all connections that stand, also those that are kept for later requests. */
  sever(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.sever();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    const fault = this.faultFor(this.faults.length + 1);
    this.faults.push(fault);
    this.keep(client);
    if (fault.ending === 'refused') return void client.destroy();
    const upstream = connect(this.port(), '127.0.0.1');
    this.keep(upstream);
    client.pipe(upstream);
    void relay(upstream, client, fault).catch(() => client.destroy());
    client.once('close', () => upstream.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

async function relay(from: Socket, to: Socket, fault: Fault): Promise<void> {
  const { ending, afterBytes = Infinity, pieceBytes = Infinity, delayMs = 0 } = fault;
  let left = ending === 'whole' ? Infinity : afterBytes;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, Math.min(at + pieceBytes, at + left));
      left -= piece.length;
      if (piece.length > 0) await write(to, piece);
      if (left <= 0) return end(to, ending);
      // Even without a delay the next piece waits for the next turn, or the two would travel together.
      await (delayMs > 0 ? pause(delayMs) : new Promise((resolve) => setImmediate(resolve)));
    }
  }
  to.end();
}

/** Resolves when the bytes are on their way: an end right after them must not overtake them. */
function write(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => to.write(bytes, (error) => (error ? reject(error) : resolve())));
}

async function end(to: Socket, ending: Ending): Promise<void> {
  if (ending === 'cut') to.destroy();
  else if (ending === 'reset') to.resetAndDestroy();
  else if (ending === 'half-closed') to.end();
  // Stalled: the connection is held until the client or the server ends it.
  else await new Promise((resolve) => to.once('close', resolve));
}
