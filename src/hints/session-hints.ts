import { randomUUID } from 'node:crypto';
import type { CircuitBreaker } from '../reliability/circuit/circuit-breaker.js';
import { outsideContext } from '../reliability/context/request-context.js';
import { Listeners } from '../reliability/listeners.js';
import type { Sleep } from '../reliability/ports.js';
import type { Delta, Hint } from './hint.js';
import type { HintTransport } from './hint-transport.js';
import { readMessage, writeMessages } from './message.js';
import { HintBuffer, type Batch } from './hint-buffer.js';

/** The least time between two batches, milliseconds: under load, hints gather rather than crowd out the appends. */
const PAUSE_MS = 4;

/** A transport behind its circuit. */
export interface HintRoute {
  readonly transport: HintTransport;
  readonly circuit: CircuitBreaker;
}

/** How hints come from other processes: by a transport, or not at all, so that processes only poll the logs. */
export type HintsState = HintTransport['name'] | 'polling';

export interface SessionHintsOptions {
  /** In order of preference: where one fails, the next one is used. */
  readonly routes: readonly HintRoute[];
  readonly sleep: Sleep;
  /** Whether this process listens to the hints of others. */
  readonly listens: boolean;
}

/**
 * "There is something new", within the process and across replicas. All of it may be lost; the log holds what must not be lost.
 * No caller waits for sending: while one batch is on its way, the next one gathers.
 */
export class SessionHints {
  private readonly self = randomUUID();
  private readonly reachedListeners = new Listeners<Hint>();
  private readonly deltaListeners = new Listeners<Delta>();
  private readonly doubtListeners = new Listeners<void>();
  private readonly buffer = new HintBuffer();
  private sending = false;
  private closed = false;

  constructor(private readonly options: SessionHintsOptions) {
    if (options.listens) for (const { transport } of options.routes) transport.listen((text) => this.receive(text));
  }

  /** Calls the listener when another process has added to a log. @returns a function that unsubscribes it. */
  onReached(listener: (hint: Hint) => void): () => void {
    return this.reachedListeners.add(listener);
  }

  /** Calls the listener with each delta, of this process or another. @returns a function that unsubscribes it. */
  onDelta(listener: (delta: Delta) => void): () => void {
    return this.deltaListeners.add(listener);
  }

  /** Calls the listener when hints may have been missed. @returns a function that unsubscribes it. */
  onDoubt(listener: () => void): () => void {
    return this.doubtListeners.add(listener);
  }

  /** Tells other processes how far a log goes. After the commit, never before. */
  reached(hint: Hint): void {
    if (this.isAlone) return;
    this.buffer.addHint(hint);
    this.sendSoon();
  }

  /** Sends a delta to this process and all others. Dropped if there is no room for it, or if it is not one line. */
  publishDelta(delta: Delta): void {
    if (/[\r\n]/.test(delta.data)) return;
    this.deltaListeners.notify(delta);
    if (!this.isAlone && this.buffer.addDelta(delta)) this.sendSoon();
  }

  get state(): HintsState {
    const working = this.options.routes.find(
      ({ transport, circuit }) => !transport.broken && circuit.state === 'closed',
    );
    return working?.transport.name ?? 'polling';
  }

  /** Whether the preferred transport does not work. Nothing is lost then; news may take longer. */
  get degraded(): boolean {
    return this.state !== this.options.routes[0]?.transport.name;
  }

  onApplicationShutdown(): void {
    this.closed = true;
    for (const { transport } of this.options.routes) transport.close();
  }

  private get isAlone(): boolean {
    return this.options.routes.every(({ transport }) => transport.isAlone);
  }

  private receive(text: string | undefined): void {
    if (text === undefined) return this.doubtListeners.notify();
    // Its own messages come back too, and are most of what it hears: skip them unread.
    if (text.startsWith(`${this.self}\n`)) return;
    const { hints, deltas } = readMessage(text);
    for (const hint of hints) this.reachedListeners.notify(hint);
    for (const delta of deltas) this.deltaListeners.notify(delta);
  }

  /** Sends after this turn of the event loop, so that logs committed together share a batch. */
  private sendSoon(): void {
    if (this.sending || this.closed) return;
    this.sending = true;
    outsideContext(() => setImmediate(() => void this.sendAll()));
  }

  private async sendAll(): Promise<void> {
    while (!this.buffer.isEmpty && !this.closed) {
      await this.send(this.buffer.take());
      await this.options.sleep(PAUSE_MS);
    }
    this.sending = false;
  }

  private async send(batch: Batch): Promise<void> {
    for (const { transport, circuit } of this.options.routes) {
      const permit = circuit.admit();
      if (!permit.admitted) continue;
      try {
        await transport.send(writeMessages(this.self, batch, transport.longestMessage));
        permit.record('success');
        return;
      } catch {
        permit.record('failure');
      }
    }
    // No transport works. Processes that follow the session poll its log within a second.
  }
}
