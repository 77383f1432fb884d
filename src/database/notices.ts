import { Client } from 'pg';
import { Listeners } from '../reliability/listeners.js';
import type { Clock, Random } from '../reliability/ports.js';
import { appConnection } from './connection-options.js';

/** Upper bounds of the wait before the connection is made again, milliseconds: the first, and any. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** How often a silent connection is tried, and how long it may take to answer, milliseconds: one that is dead says nothing. */
const HEARTBEAT_MS = 10_000;
const ANSWER_MS = 5_000;

/** By which those who listen are counted, whatever name a URL gives to their connections. */
const NAME = 'holdfast-notices';
const TAKE_NAME = `SET application_name = '${NAME}'`;

/** Where whoever begins to listen says so. */
const ARRIVALS_CHANNEL = 'holdfast_arrivals';

const COUNT = `SELECT count(*)::integer AS listening FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = '${NAME}'`;

export interface NoticesOptions {
  /** Reaches Postgres itself: behind a pooler nothing would be heard. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a subscriber is told: the payload of a notice, or undefined when something may have been missed. */
export type NoticeListener = (payload: string | undefined) => void;

/**
 * What others NOTIFY, over one connection of its own, opened for the first subscriber and again when it breaks. A notice
 * may be lost; whenever the connection is made, every subscriber is told, because something may have been missed before.
 */
export class DatabaseNotices {
  private readonly channels = new Map<string, Listeners<string | undefined>>();
  private client: Client | undefined;
  /** The last thing that was asked of the client: it takes one at a time. */
  private asked: Promise<unknown> = Promise.resolve();
  private failures = 0;
  private cancelWait: (() => void) | undefined;
  private cancelHeartbeat: () => void = () => {};
  private closed = false;
  private alone = false;
  /** Others that have begun to listen since this process does. */
  private arrivals = 0;

  constructor(private readonly options: NoticesOptions) {}

  /** @returns what ends the subscription. */
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
   * Whether this process is the only one that listens, as far as it knows: what it would tell others, nobody would hear.
   * Whoever begins to listen says so; that one has gone is noticed with the next heartbeat.
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

  /** Asks; a connection whose answer takes too long is lost. */
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
    // Who came while they were counted may not be among them.
    if (this.client === client) this.alone = row?.listening === 1 && this.arrivals === arrivals;
  }

  private meet(client: Client, processId: number): void {
    // It hears itself as well; the types of pg do not know of its number.
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
