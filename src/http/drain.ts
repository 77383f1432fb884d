import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { AppError } from '../reliability/errors/app-error.js';
import type { Exchange } from './exchange.js';
import type { OpenExchanges } from './open-exchanges.js';

/** How long aborted work may take to end, in milliseconds. */
const ABORT_GRACE_MS = 1_000;

/** How long an idle open connection may still bring a request that was on its way, in milliseconds. */
const LAST_REQUESTS_MS = 250;

/** How long clients may still connect at the end, and send their request, in milliseconds. */
const LAST_CONNECTIONS_MS = 500;
/** How often the drain checks whether all connections have sent a request, in milliseconds. */
const LOOK_MS = 10;
/** A turn of the event loop so short that hardly any client can have connected since it accepted, in milliseconds. */
const SHORT_TURN_MS = 1;

/**
 * The end of serving. A request on a connection from before the drain is still served, because it was on its way when
 * the drain began; its answer closes the connection. Requests on new connections and for new streams are sent elsewhere
 * (those with a ticket are told so in a stream, see `comeBack`); probes are answered to the end.
 */
export class Drain {
  begun = false;
  private readonly lateSockets = new WeakSet<object>();
  /** Late sockets that have sent no request yet. */
  private readonly silent = new Set<object>();

  constructor(private readonly open: OpenExchanges) {}

  /** From now on connections end with their next answer. */
  begin(server: Server): void {
    if (this.begun) return;
    this.begun = true;
    server.on('connection', (socket) => {
      // A socket that has received bytes is not new: it was given back to HTTP.
      if (socket.bytesRead > 0) return;
      this.lateSockets.add(socket);
      this.silent.add(socket);
      socket.once('close', () => this.silent.delete(socket));
    });
    for (const exchange of this.open) closeAfter(exchange);
  }

  /** Closes the connection after the exchange if the drain has begun. @returns whether it has. */
  endsWith(exchange: Exchange): boolean {
    if (!this.begun) return false;
    closeAfter(exchange);
    this.silent.delete(exchange.request.raw.socket);
    return true;
  }

  /** Whether the client must send the request elsewhere. */
  refuses(exchange: Exchange): boolean {
    if (!this.endsWith(exchange)) return false;
    const { infrastructure, streaming } = exchange.plan.settings;
    if (infrastructure === true) return false;
    return streaming === true || this.lateSockets.has(exchange.request.raw.socket);
  }

  /** Waits for open exchanges, `graceMs` at most; then aborts their work, and waits a little longer. */
  async finish(graceMs: number): Promise<void> {
    if (this.open.connections > 0) await delay(Math.min(graceMs, LAST_REQUESTS_MS));
    if (await this.settledWithin(graceMs)) return;
    for (const exchange of this.open) exchange.deadline.cancel(new AppError('shutting_down'));
    await this.settledWithin(ABORT_GRACE_MS);
  }

  /** Stops listening. Clients that have connected by then are still answered: an immediate close would cut them off. */
  async closeDoor(server: Server): Promise<void> {
    if (!server.listening) return;
    const endMs = performance.now() + LAST_CONNECTIONS_MS;
    let turnMs: number;
    do {
      await this.heard(endMs);
      const startMs = performance.now();
      // Close right after the event loop has accepted all connections: those in the kernel's queue are cut off.
      await new Promise(setImmediate);
      turnMs = performance.now() - startMs;
    } while ((this.silent.size > 0 || turnMs > SHORT_TURN_MS) && performance.now() < endMs);
    // An HTTP server's own close would also cut off connections that are about to send a request.
    NetServer.prototype.close.call(server);
    await this.heard(endMs);
    await this.settledWithin(LAST_CONNECTIONS_MS);
  }

  /** Waits until every late socket has sent a request. */
  private async heard(endMs: number): Promise<void> {
    do await delay(LOOK_MS);
    while (this.silent.size > 0 && performance.now() < endMs);
  }

  private settledWithin(ms: number): Promise<boolean> {
    return within(ms, this.open.settled());
  }
}

async function within(ms: number, awaited: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const inTime = await Promise.race([awaited.then(() => true), delay(ms, late.signal).then(() => false)]);
  late.abort();
  return inTime;
}

function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

function closeAfter({ reply }: Exchange): void {
  if (!reply.raw.headersSent) reply.raw.setHeader('connection', 'close');
}
