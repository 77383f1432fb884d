import { Client } from 'pg';
import { Listeners } from '../reliability/listeners.js';
import type { Clock, Random } from '../reliability/ports.js';
import { appConnection } from './connection-options.js';

/** Upper bounds of the wait before the connection is made again, milliseconds: the first, and any. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** How often the connection is tested, and how long it may take to answer, milliseconds: a dead one does not report itself. */
const HEARTBEAT_MS = 10_000;
const ANSWER_MS = 5_000;

/** Listening connections are counted by this name. They take it after connecting, since a URL may give them another one. */
const NAME = 'holdfast-notices';
const TAKE_NAME = `SET application_name = '${NAME}'`;

/** The channel on which a process announces that it has begun to listen. */
const ARRIVALS_CHANNEL = 'holdfast_arrivals';

const COUNT = `SELECT count(*)::integer AS listening FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = '${NAME}'`;

export interface NoticesOptions {
  /** Reaches Postgres itself: behind a pooler no notice would arrive. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Gets the payload of a notice, or undefined when the subscriber may have missed notices. */
export type NoticeListener = (payload: string | undefined) => void;

/**
 * Hears what other processes NOTIFY, over one connection of its own: opened for the first subscriber, and again when it
 * breaks. A notice may be lost, so every subscriber is told each time the connection is made.
 */
export class DatabaseNotices {
  private readonly channels = new Map<string, Listeners<string | undefined>>();
  private client: Client | undefined;
  /** The last question to the client, which takes one at a time. */
  private asked: Promise<unknown> = Promise.resolve();
  private failures = 0;
  private cancelWait: (() => void) | undefined;
  private cancelHeartbeat: () => void = () => {};
  private closed = false;
  private alone = false;
  /** How often another process has announced that it listens. */
  private arrivals = 0;

  constructor(private readonly options: NoticesOptions) {}

  /** @returns a function that ends the subscription. */
  subscribe(channel: string, listener: NoticeListener): () => void {
    const known = this.channels.get(channel);
    const listeners = known ?? new Listeners<string | undefined>();
    this.channels.set(channel, listeners);
    const end = listeners.add(listener);
    if (!known) this.hear(channel);
    return end;
  }

  /** Whether notices are known not to arrive now. */
  get broken(): boolean {
    return this.failures > 0;
  }

  /**
   * Whether this process is, as far as it knows, the only one that listens: no other would hear its notices. A process that
   * begins to listen announces it; the next heartbeat notices one that has gone.
   */
  get isAlone(): boolean {
    return this.alone;
  }

  onApplicationShutdown(): void {
    this.closed = true;
    this.cancelWait?.();
    this.drop();
  }

  private hear(channel: string): void {
    const { client } = this;
    if (client) this.ask(client, () => this.answered(client, listen(channel)));
    else this.connect();
  }

  private connect(): void {
    if (this.closed || this.client || this.cancelWait) return;
    const client = new Client({ ...appConnection(this.options.url, true), application_name: NAME });
    this.client = client;
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload, processId }) => {
      if (channel === ARRIVALS_CHANNEL) this.meet(client, processId);
      else this.channels.get(channel)?.notify(payload ?? '');
    });
    this.asked = Promise.resolve();
    this.ask(client, () => this.open(client));
  }

  private async open(client: Client): Promise<void> {
    await client.connect();
    const channels = [ARRIVALS_CHANNEL, ...this.channels.keys()];
    await this.answered(client, [TAKE_NAME, ...channels.map(listen)].join(';'));
    await this.answered(client, `NOTIFY "${ARRIVALS_CHANNEL}"`);
    await this.lookAround(client);
    if (this.client !== client) return;
    this.failures = 0;
    this.heartbeatLater(client);
    for (const listeners of this.channels.values()) listeners.notify(undefined);
  }

  private ask(client: Client, question: () => Promise<unknown>): void {
    this.asked = this.asked.then(question).catch(() => this.lost(client));
  }

  /** Runs a query; a connection that takes too long to answer counts as lost. */
  private async answered<Row extends object>(client: Client, text: string): Promise<Row[]> {
    const cancel = this.options.clock.schedule(ANSWER_MS, () => this.lost(client));
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      cancel();
    }
  }

  private heartbeatLater(client: Client): void {
    this.cancelHeartbeat = this.options.clock.schedule(HEARTBEAT_MS, () => {
      this.ask(client, async () => {
        await this.lookAround(client);
        if (this.client === client) this.heartbeatLater(client);
      });
    });
  }

  private async lookAround(client: Client): Promise<void> {
    const { arrivals } = this;
    const [row] = await this.answered<{ listening: number }>(client, COUNT);
    // A process that arrived during the count may be missing from it.
    if (this.client === client) this.alone = row?.listening === 1 && this.arrivals === arrivals;
  }

  private meet(client: Client, processId: number): void {
    // A connection hears its own notices as well; pg's types lack `processID`.
    if (processId === (client as unknown as { processID: number }).processID) return;
    this.arrivals += 1;
    this.alone = false;
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.drop();
    if (this.closed) return;
    const ceilingMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures, 16));
    this.failures += 1;
    this.cancelWait = this.options.clock.schedule(this.options.random() * ceilingMs, () => {
      this.cancelWait = undefined;
      this.connect();
    });
  }

  /** Ends the connection without waiting for a server that may be frozen. */
  private drop(): void {
    const { client } = this;
    this.client = undefined;
    this.alone = false;
    this.cancelHeartbeat();
    if (!client) return;
    client.end().catch(() => {});
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

function listen(channel: string): string {
  return `LISTEN "${channel}"`;
}
