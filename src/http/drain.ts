import type { Server } from 'node:http';
import { AppError } from '../reliability/errors/app-error.js';
import type { Exchange } from './exchange.js';
import type { OpenExchanges } from './open-exchanges.js';

/** How long work that was aborted may take to say so, in milliseconds. */
const ABORT_GRACE_MS = 1_000;

/** How long connections that are open but idle may still bring the request that was on its way, in milliseconds. */
const LAST_REQUESTS_MS = 250;

/**
 * The end of serving. A request on a connection from before the drain is still served, because it was on its way when
 * the drain began; its answer closes the connection. New connections and new streams are sent elsewhere; probes are
 * answered to the end.
 */
export class Drain {
  begun = false;
  private readonly lateSockets = new WeakSet<object>();

  constructor(private readonly open: OpenExchanges) {}

  /** From now on connections end with their next answer. */
  begin(server: Server): void {
    if (this.begun) return;
    this.begun = true;
    server.on('connection', (socket) => this.lateSockets.add(socket));
    for (const exchange of this.open) closeAfter(exchange);
  }

  /** Whether the exchange has to go elsewhere. */
  refuses(exchange: Exchange): boolean {
    if (!this.begun) return false;
    closeAfter(exchange);
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

  private async settledWithin(ms: number): Promise<boolean> {
    const late = new AbortController();
    const inTime = await Promise.race([this.open.settled().then(() => true), delay(ms, late.signal).then(() => false)]);
    late.abort();
    return inTime;
  }
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
