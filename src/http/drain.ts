import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { AppError } from '../reliability/errors/app-error.js';
import type { Exchange } from './exchange.js';
import type { OpenExchanges } from './open-exchanges.js';

/** How long work that was aborted may take to say so, in milliseconds. */
const ABORT_GRACE_MS = 1_000;

/** How long connections that are open but idle may still bring the request that was on its way, in milliseconds. */
const LAST_REQUESTS_MS = 250;

/** How long the door stays open for those who come just then, and how long they may take to ask, in milliseconds. */
const LAST_CONNECTIONS_MS = 500;
/** How often it is looked who has not asked yet, in milliseconds. */
const LOOK_MS = 10;
/** A turn of the event loop so short that hardly anybody can have come since it accepted, in milliseconds. */
const SHORT_TURN_MS = 1;

/**
 * The end of serving. A request on a connection from before the drain is still served, because it was on its way when
 * the drain began; its answer closes the connection. New connections and new streams are sent elsewhere (those
 * with a ticket in a stream, see `comeBack`); probes are answered to the end.
 */
export class Drain {
  begun = false;
  private readonly lateSockets = new WeakSet<object>();
  /** Those of them that have asked nothing yet. */
  private readonly silent = new Set<object>();

  constructor(private readonly open: OpenExchanges) {}

  /** From now on connections end with their next answer. */
  begin(server: Server): void {
    if (this.begun) return;
    this.begun = true;
    server.on('connection', (socket) => {
      // One that was heard before has only come back to HTTP.
      if (socket.bytesRead > 0) return;
      this.lateSockets.add(socket);
      this.silent.add(socket);
      socket.once('close', () => this.silent.delete(socket));
    });
    for (const exchange of this.open) closeAfter(exchange);
  }

  /** Whether the exchange is the last on its connection. */
  endsWith(exchange: Exchange): boolean {
    if (!this.begun) return false;
    closeAfter(exchange);
    this.silent.delete(exchange.request.raw.socket);
    return true;
  }

  /** Whether the exchange has to go elsewhere. */
  refuses(exchange: Exchange): boolean {
    if (!this.endsWith(exchange)) return false;
    const { infrastructure, streaming } = exchange.plan.settings;
    if (infrastructure === true) return false;
    return streaming === true || this.lateSockets.has(exchange.request.raw.socket);
  }

  /** Waits for what is open, `graceMs` at most; then aborts its work, and waits a little longer. */
  async finish(graceMs: number): Promise<void> {
    if (this.open.connections > 0) await delay(Math.min(graceMs, LAST_REQUESTS_MS));
    if (await this.settledWithin(graceMs)) return;
    for (const exchange of this.open) exchange.deadline.cancel(new AppError('shutting_down'));
    await this.settledWithin(ABORT_GRACE_MS);
  }

  /** Stops listening. Who has connected by then is still answered: closed at once, their connections would break. */
  async closeDoor(server: Server): Promise<void> {
    if (!server.listening) return;
    const endMs = performance.now() + LAST_CONNECTIONS_MS;
    let turnMs: number;
    do {
      await this.heard(endMs);
      const startMs = performance.now();
      // Right after the event loop has accepted all who had come: whoever is in the kernel's queue is cut off.
      await new Promise(setImmediate);
      turnMs = performance.now() - startMs;
    } while ((this.silent.size > 0 || turnMs > SHORT_TURN_MS) && performance.now() < endMs);
    // An HTTP server's own close cuts off who is about to ask, too.
    NetServer.prototype.close.call(server);
    await this.heard(endMs);
    await this.settledWithin(LAST_CONNECTIONS_MS);
  }

  /** Waits until all who have come have asked. */
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
