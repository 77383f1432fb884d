import { Client } from 'pg';
import type { Clock } from '../reliability/ports.js';
import { appConnection } from './connection-options.js';

/** How long an answer is cached, milliseconds. */
const CACHED_MS = 2_000;
/** How long an answer may take, milliseconds: a Kubernetes probe gives up after one second by default. */
const PATIENCE_MS = 750;

export type Reachability = 'up' | 'down';

/**
 * Whether the database answers, asked over a connection of its own: a probe must neither wait for the pool nor take a
 * place in it.
 */
export class DatabaseReachability {
  private client: Client | undefined;
  private last: { state: Reachability; atMs: number } | undefined;
  private asking: Promise<Reachability> | undefined;

  constructor(
    private readonly url: string,
    private readonly direct: boolean,
    private readonly clock: Clock,
  ) {}

  /** Never rejects, and settles within a second. */
  async state(): Promise<Reachability> {
    if (this.last && this.clock.monotonicMs() - this.last.atMs < CACHED_MS) return this.last.state;
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  async close(): Promise<void> {
    await this.asking;
    this.drop();
  }

  private async ask(): Promise<Reachability> {
    const state = await this.within(PATIENCE_MS, this.ping());
    if (state === 'down') this.drop();
    this.last = { state, atMs: this.clock.monotonicMs() };
    return state;
  }

  private async ping(): Promise<Reachability> {
    try {
      await (await this.connected()).query('SELECT 1');
      return 'up';
    } catch {
      return 'down';
    }
  }

  private within(limitMs: number, asked: Promise<Reachability>): Promise<Reachability> {
    return new Promise((resolve) => {
      const cancel = this.clock.schedule(limitMs, () => resolve('down'));
      void asked.then((state) => {
        cancel();
        resolve(state);
      });
    });
  }

  private async connected(): Promise<Client> {
    if (this.client) return this.client;
    const client = new Client({ ...appConnection(this.url, this.direct), application_name: 'holdfast-health' });
    client.on('error', () => {
      if (this.client === client) this.drop();
    });
    this.client = client;
    await client.connect();
    return client;
  }

  /** Ends the connection without waiting for a server that may be frozen. */
  private drop(): void {
    const { client } = this;
    this.client = undefined;
    if (!client) return;
    client.end().catch(() => {});
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}
