import type { Socket } from 'node:net';
import { ReceivedCall } from './call.js';
import { Exchange, Gone, type Behaviour } from './exchange.js';
import { RequestParser, type RawRequest } from './parse.js';

/** What a connection asks of its provider. */
export interface Host {
  /** Counts a request that has arrived whole. */
  arrived(raw: RawRequest): ReceivedCall;
  behaviourFor(call: ReceivedCall): Behaviour;
  contentFor(call: ReceivedCall): string;
  /** The request is over, in whatever way. */
  over(): void;
  /** A fault of the fake or of the test itself. */
  broke(error: unknown): void;
}

/** One kept-alive connection: a request, its answer, the next request. */
export class Connection {
  private readonly parser = new RequestParser();
  private exchange: Exchange | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly host: Host,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.parser.push(bytes);
      if (!this.exchange) this.serve();
    });
    // A client that ends its side has given the answer up: no HTTP client does so while it still waits.
    socket.on('end', () => this.end());
    socket.on('error', () => this.end());
    socket.on('close', () => this.end());
  }

  /** Drops the connection as a dying provider would. */
  drop(): void {
    if (this.exchange) this.exchange.closed = true;
    this.end();
  }

  private serve(): void {
    let raw: RawRequest | undefined;
    try {
      raw = this.parser.next();
    } catch (error) {
      this.host.broke(error);
      this.socket.destroy();
    }
    if (!raw) return;
    const call = this.host.arrived(raw);
    const exchange = new Exchange(call, this.socket, (asked) => this.host.contentFor(asked));
    this.exchange = exchange;
    const ended = (error?: unknown) => this.ended(exchange, error);
    try {
      const behaviour = this.host.behaviourFor(call);
      call.behaviour = behaviour.name;
      const playing = behaviour.play(exchange);
      if (playing) playing.then(() => ended(), ended);
      else ended();
    } catch (error) {
      ended(error);
    }
  }

  private ended(exchange: Exchange, error?: unknown): void {
    this.exchange = undefined;
    this.host.over();
    if (error === undefined) exchange.call.finished = true;
    else if (!(error instanceof Gone)) {
      this.host.broke(error);
      this.socket.destroy();
    } else if (!exchange.closed) exchange.call.aborted = performance.now() - exchange.call.at;
    if (!exchange.closed && !this.socket.destroyed) this.serve();
  }

  private end(): void {
    this.exchange?.leave();
    this.socket.destroy();
  }
}
