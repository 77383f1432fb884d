import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Outbox } from './outbox.js';

/**
 * The connection of an answer that goes on for long, taken away from Node's HTTP, which holds some 12 kB for each: parser,
 * request and response. HTTP is told what it is told when a connection closes, and gives all of it back. What the client sends
 * meanwhile is read and dropped; that it has ended is noticed.
 */
export class BareConnection {
  private readonly heardBytes: number;

  private constructor(
    readonly socket: Socket,
    /** Undefined when the connection is to end with its answer. */
    private readonly server: Server | undefined,
  ) {
    this.heardBytes = socket.bytesRead;
    changeHands(socket);
    // It closes then, which is listened to.
    socket.on('error', ignore);
    socket.allowHalfOpen = false;
    // No silence is expected of the client any more.
    socket.setTimeout(0);
    socket.resume();
  }

  /**
   * Undefined where it must stay HTTP's: when the request is not read to its end, a part of the next one is, the answer is not the
   * one being sent, or the connection is being closed.
   * @param response its head must have been sent.
   */
  static of(response: ServerResponse, server: Server): BareConnection | undefined {
    const { socket, req } = response;
    if (!socket?.writable || !req.readableEnded || isAmidRequest(socket)) return undefined;
    response.detachSocket(socket);
    Outbox.release(socket);
    return new BareConnection(socket, response.shouldKeepAlive ? server : undefined);
  }

  /** The `Keep-Alive` of an answer that is sent on such a connection: whoever believes Node's own would be cut off with a request. */
  static keepAlive(server: Server): string {
    return `timeout=${Math.floor(mostSilentMs(server) / 1_000)}`;
  }

  /**
   * The answer is complete. The connection is HTTP's again, for the next request; it ends where the client is slow, or has
   * sent something meanwhile, which is lost.
   * @param last the end of the answer, where that is not the end of the connection.
   * @returns whether it is HTTP's; its `close` listeners have been called then.
   */
  end(last: string | undefined): boolean {
    const { socket, server } = this;
    if (last !== undefined) socket.write(last);
    if (last === undefined || !server?.listening || socket.writableLength > 0 || socket.bytesRead !== this.heardBytes) {
      socket.destroySoon();
      return false;
    }
    changeHands(socket);
    socket.allowHalfOpen = true;
    server.emit('connection', socket);
    closeUnlessHeard(socket, mostSilentMs(server));
    return true;
  }
}

/** How long a connection that is HTTP's again may be silent, milliseconds: to Node it is new. */
function mostSilentMs({ headersTimeout }: Server): number {
  return headersTimeout / 2;
}

/** Whether the client has begun another request. Its beginning is known to Node's parser alone: without it the rest would be garbage. */
function isAmidRequest(socket: Socket & { parser?: { finish(): Error | undefined } | null }): boolean {
  return socket.parser?.finish() !== undefined;
}

/** Whoever listened hears no more of the connection, and has been told that it is over. */
function changeHands(socket: Socket): void {
  const closing = socket.listeners('close');
  socket.removeAllListeners();
  for (const listener of closing) listener.call(socket);
}

/** One that asks nothing would be sent 408, which its client would take for the answer to what it sends next. */
function closeUnlessHeard(socket: Socket, withinMs: number): void {
  const { bytesRead } = socket;
  setTimeout(() => {
    if (socket.bytesRead === bytesRead) socket.destroySoon();
  }, withinMs).unref();
}

function ignore(): void {}
