import type { Socket } from 'node:net';
import type { HttpEdge } from './edge.js';
import type { Exchange } from './exchange.js';
import { endSocket, rawProblem, socketFault } from './socket-errors.js';

/**
 * Connections on which the client sent something that is not HTTP, or only half a request for too long. Complete requests before
 * that are answered first: what they asked for may have been done.
 */
export class BrokenConnections {
  /** Connections that still owe such answers. Whatever comes after the first fault is faulty as well. */
  private readonly waiting = new Set<Socket>();

  constructor(
    private readonly edge: HttpEdge,
    /** Its base URL is read for each problem. */
    private readonly options: { readonly baseUrl: string },
  ) {}

  /** Answers with a problem, where that is still possible, and ends the connection. */
  refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    if (this.waiting.has(socket)) return;
    const exchanges = [...this.edge.open.of(socket)];
    const last = lastWhole(exchanges);
    if (last === undefined) return this.end(socket, error, exchanges[0]);
    this.waiting.add(socket);
    socket.once('close', () => this.waiting.delete(socket));
    const broken = exchanges[exchanges.indexOf(last) + 1];
    last.reply.raw.once('finish', () => {
      // That answer may have ended the connection.
      if (socket.writable) this.end(socket, error, broken);
    });
  }

  /** Closes the connections that still wait: HTTP's own closing does not know one that sent a CONNECT. */
  cut(): void {
    for (const socket of this.waiting) socket.destroy();
  }

  /** @param exchange the one in whose place the problem is answered. */
  private end(socket: Socket, error: NodeJS.ErrnoException, exchange: Exchange | undefined): void {
    // Send the earlier answers of this connection first: they may still wait in the outbox.
    this.edge.outbox.flush();
    if (exchange?.reply.raw.headersSent === true) {
      socket.destroy();
      return;
    }
    const begun = exchange && { requestId: exchange.requestId, headers: exchange.reply.getHeaders() };
    endSocket(socket, rawProblem(socketFault(error), { baseUrl: this.options.baseUrl, ...begun }));
  }
}

/** The last exchange whose request has come to its end. A stream has no end that could be waited for. */
function lastWhole(exchanges: readonly Exchange[]): Exchange | undefined {
  if (exchanges.some(({ plan }) => plan.settings.streaming === true)) return undefined;
  return exchanges.findLast(({ request }) => request.raw.complete);
}
