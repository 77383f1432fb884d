import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { BareConnection } from './bare-connection.js';
import type { Exchange } from './exchange.js';

interface HandOver {
  /** Its head is sent. */
  readonly exchange: Exchange;
  /** The server to which the connection belongs. */
  readonly server: Server;
}

/**
 * The exchanges that are not finished, by connection. One listener per connection notices clients that go away: a
 * response that waits behind others on its connection would never learn of it by itself.
 */
export class OpenExchanges {
  private readonly bySocket = new Map<Socket, Set<Exchange>>();
  /** Connections that are no longer HTTP's; each carries one unfinished exchange. */
  private readonly handedOver = new Set<Socket>();
  private waiting: (() => void)[] = [];
  private open = 0;

  /** @param onGone called for each exchange whose client goes before its answer is complete. */
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
    this.close();
    return true;
  }

  /**
   * Takes the connection of an exchange out of HTTP, and keeps nothing of the exchange, which counts as open until the
   * connection closes or is HTTP's again. Undefined where that is impossible, or other requests wait on the connection.
   */
  handOver({ exchange, server }: HandOver, onClose: () => void): BareConnection | undefined {
    const exchanges = this.bySocket.get(exchange.request.raw.socket);
    if (exchange.finished || exchanges?.size !== 1) return undefined;
    // First, since `BareConnection.of` tells all listeners that the connection is over: this one would report the client as gone.
    exchanges.delete(exchange);
    const connection = BareConnection.of(exchange.reply.raw, server);
    if (!connection) {
      exchanges.add(exchange);
      return undefined;
    }
    exchange.finished = true;
    exchange.deadline.release();
    const { socket } = connection;
    this.handedOver.add(socket);
    socket.once('close', () => {
      this.handedOver.delete(socket);
      // A connection given back to HTTP may bring another request.
      if (!socket.destroyed) this.follow(socket);
      this.close();
      onClose();
    });
    return connection;
  }

  /** Closes the connections that were handed over: HTTP no longer knows them. */
  cutHandedOver(): void {
    for (const socket of this.handedOver) socket.destroy();
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

  private close(): void {
    if (--this.open === 0) for (const resolve of this.waiting.splice(0)) resolve();
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
