import type { Server } from 'node:http';
import { Socket } from 'node:net';

/** What is done for the last of so many answers holds up the first one; more go at once. */
const MOST_WAITING = 64;

/**
 * Answers of one turn of the event loop leave together, at its end. Each write wakes whoever reads it; between writes that follow each
 * other nobody falls asleep again, which is half of what answering costs under load. An answer that is alone waits for nothing.
 *
 * Node's HTTP holds an answer back until it is whole (`cork`) and then lets it go (`uncork`): that second step is put off. To
 * everybody else the answer is sent, as before.
 */
export class Outbox {
  /**
   * How often each is to be uncorked: an answer without a body is over before it has left, and the next one on its connection
   * corks once more.
   */
  private readonly waiting = new Map<Socket, number>();

  /** Connections of the server that come from now on. */
  follow(server: Server): void {
    const waiting = this.waiting;
    const flush = () => this.flush();
    function uncorkLater(this: Socket): void {
      const owed = waiting.get(this) ?? 0;
      if (owed >= this.writableCorked) return;
      waiting.set(this, owed + 1);
      if (owed > 0) return;
      if (waiting.size === 1) setImmediate(flush);
      else if (waiting.size >= MOST_WAITING) flush();
    }
    server.prependListener('connection', (socket) => {
      socket.uncork = uncorkLater;
    });
  }

  /** Lets go what waits: before anybody cuts connections. */
  flush(): void {
    for (const [socket, owed] of this.waiting) {
      this.waiting.delete(socket);
      for (let times = 0; times < owed; times++) uncork(socket);
    }
  }

  /** A connection that is no longer HTTP's has its own ways. */
  static release(socket: Socket): void {
    socket.uncork = () => uncork(socket);
    uncork(socket);
  }
}

function uncork(socket: Socket): void {
  Socket.prototype.uncork.call(socket);
}
