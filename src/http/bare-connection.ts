import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Outbox } from './outbox.js';

/**
 * The connection of a long answer, taken away from Node's HTTP, which holds some 12 kB for each: parser, request and response.
 * HTTP's `close` listeners are called as if the connection had closed, so it frees all of that. What the client sends meanwhile
 * is read and dropped; the end of the connection is noticed.
 */
export class BareConnection {
  private readonly heardBytes: number;

  private constructor(
    readonly socket: Socket,
    /** Undefined when the connection is to close after its answer. */
    private readonly server: Server | undefined,
  ) {
    this.heardBytes = socket.bytesRead;
    changeHands(socket);
    // The connection closes after an error, and others listen for that.
    socket.on('error', ignore);
    socket.allowHalfOpen = false;
    // From now on the client may stay silent for as long as it likes.
    socket.setTimeout(0);
    socket.resume();
  }

  /**
   * Undefined where the connection must stay HTTP's: when the request is not read to its end, a part of the next one is read,
   * another answer is being sent, or the connection is being closed.
   * @param response its head must have been sent.
   */
  static of(response: ServerResponse, server: Server): BareConnection | undefined {
    const { socket, req } = response;
    if (!socket?.writable || !req.readableEnded || isAmidRequest(socket)) return undefined;
    response.detachSocket(socket);
    Outbox.release(socket);
    return new BareConnection(socket, response.shouldKeepAlive ? server : undefined);
  }

  /** `Keep-Alive` for answers on such connections: a client that trusted Node's longer time would be cut off mid-request. */
  static keepAlive(server: Server): string {
    return `timeout=${Math.floor(mostSilentMs(server) / 1_000)}`;
  }

  /**
   * Completes the answer, and gives the connection back to HTTP for the next request. It closes the connection instead where the
   * client reads slowly, or has sent something meanwhile, which is lost.
   * @param last the end of the answer; undefined where the connection is to end with it.
   * @returns whether it is HTTP's again; then its `close` listeners have been called.
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

/** How long a connection may be silent after it is HTTP's again, milliseconds: Node takes it for a new one. */
function mostSilentMs({ headersTimeout }: Server): number {
  return headersTimeout / 2;
}

/** Whether the client has begun another request: only Node's parser has that beginning, and the rest is garbage without it. */
function isAmidRequest(socket: Socket & { parser?: { finish(): Error | undefined } | null }): boolean {
  return socket.parser?.finish() !== undefined;
}

/** Tells all `close` listeners that the connection is over, and removes every listener. */
function changeHands(socket: Socket): void {
  const closing = socket.listeners('close');
  socket.removeAllListeners();
  for (const listener of closing) listener.call(socket);
}

/** Closes a silent connection before Node answers 408, which the client would take for the answer to its next request. */
function closeUnlessHeard(socket: Socket, withinMs: number): void {
  const { bytesRead } = socket;
  setTimeout(() => {
    if (socket.bytesRead === bytesRead) socket.destroySoon();
  }, withinMs).unref();
}

function ignore(): void {}
