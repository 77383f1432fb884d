import type { Socket } from 'node:net';
import type { Exchange } from './exchange.js';

/**
 * The exchanges that are not finished, by connection. One listener per connection notices clients that go away: a
 * response that waits behind others on its connection would never learn of it by itself.
 */
export class OpenExchanges {
  private readonly bySocket = new Map<Socket, Set<Exchange>>();
  private waiting: (() => void)[] = [];
  private open = 0;

  /** @param onGone told of each exchange whose client has gone before its answer was complete. */
  constructor(private readonly onGone: (exchange: Exchange) => void) {}

  get count(): number {
    return this.open;
  }

  /** Connections that have brought a request and are still there. */
  get connections(): number {
    return this.bySocket.size;
  }

  add(exchange: Exchange): void {
    const { socket } = exchange.request.raw;
    const exchanges = this.bySocket.get(socket) ?? this.follow(socket);
    exchanges.add(exchange);
    this.open++;
  }

  /** @returns false when it was finished before. */
  finish(exchange: Exchange): boolean {
    if (exchange.finished) return false;
    exchange.finished = true;
    exchange.deadline.release();
    this.bySocket.get(exchange.request.raw.socket)?.delete(exchange);
    if (--this.open === 0) for (const resolve of this.waiting.splice(0)) resolve();
    return true;
  }

  *[Symbol.iterator](): Generator<Exchange> {
    for (const exchanges of this.bySocket.values()) yield* exchanges;
  }

  /** The exchanges of one connection, the oldest first. */
  of(socket: Socket): Iterable<Exchange> {
    return this.bySocket.get(socket) ?? [];
  }

  /** Resolves as soon as no exchange is open. */
  settled(): Promise<void> {
    return this.open === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  private follow(socket: Socket): Set<Exchange> {
    const exchanges = new Set<Exchange>();
    this.bySocket.set(socket, exchanges);
    const forget = () => {
      this.bySocket.delete(socket);
      for (const exchange of exchanges) this.onGone(exchange);
    };
    if (socket.destroyed) process.nextTick(forget);
    else socket.once('close', forget);
    return exchanges;
  }
}
