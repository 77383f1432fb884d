import type { RedisClientType } from '@redis/client';
import { abandonable } from '../reliability/deadline/abandonable.js';
import type { Random, Sleep } from '../reliability/ports.js';
import type { HintTransport } from './hint-transport.js';

const CHANNEL = 'holdfast:hints';

/** A server that takes longer than this is too slow to be useful, milliseconds. */
const SEND_MS = 500;
const CONNECT_MS = 1_000;

/** How often a connection is tested, and how long it may be silent before it counts as dead, milliseconds. */
const PING_MS = 1_000;
const SILENT_MS = 3_000;

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

const LONGEST_MESSAGE = 64 * 1024;

export interface RedisHintsOptions {
  readonly url: string;
  readonly random: Random;
  readonly sleep: Sleep;
  /** Called at each failure, also of work that is retried. */
  readonly onError: (error: unknown) => void;
  /** Called when it has stopped working, or works again. */
  readonly onChange: (works: boolean, error?: unknown) => void;
}

type Part = 'sender' | 'listener' | 'subscription';

/** Hints by Redis or Valkey. Nothing is stored there, so its failure loses no data. */
export class RedisHints implements HintTransport {
  readonly name = 'redis';
  readonly longestMessage = LONGEST_MESSAGE;
  /** Always sends: a message that no process hears costs Redis next to nothing. */
  readonly isAlone = false;
  private sender: RedisClientType | undefined;
  private listener: RedisClientType | undefined;
  private readonly down = new Set<Part>();
  private readonly closing = new AbortController();

  private constructor(private readonly options: RedisHintsOptions) {}

  /** Does not wait for the server. */
  static open(options: RedisHintsOptions): RedisHints {
    const hints = new RedisHints(options);
    void hints.connect('sender');
    return hints;
  }

  get broken(): boolean {
    return this.down.size > 0;
  }

  listen(onMessage: (text: string | undefined) => void): void {
    void this.connect('listener', async (client) => {
      await this.subscribe(client, (message) => onMessage(message));
      if (this.closing.signal.aborted) return;
      // From now on the client itself subscribes again when it reconnects.
      client.on('ready', () => onMessage(undefined));
      onMessage(undefined);
    });
  }

  async send(messages: readonly string[]): Promise<void> {
    const { sender } = this;
    if (sender?.isReady !== true) throw new Error('not connected to Redis');
    const sent = Promise.all(messages.map((message) => sender.publish(CHANNEL, message)));
    await abandonable(sent, AbortSignal.timeout(SEND_MS));
  }

  close(): void {
    this.closing.abort();
    for (const client of [this.sender, this.listener]) if (client?.isOpen === true) client.destroy();
  }

  /** Repeats a first SUBSCRIBE that fails: the client does not, and its connection would look sound but hear nothing. */
  private async subscribe(client: RedisClientType, onMessage: (message: string) => void): Promise<void> {
    const { random, sleep } = this.options;
    const { signal } = this.closing;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await client.subscribe(CHANNEL, onMessage);
        this.up('subscription');
        return;
      } catch (error) {
        this.failed('subscription', error);
        await sleep(waitMs(failures, random), signal).catch(() => {});
      }
    }
  }

  private failed(part: Part, error: unknown): void {
    const worked = !this.broken;
    this.down.add(part);
    this.options.onError(error);
    if (worked) this.options.onChange(false, error);
  }

  private up(part: Part): void {
    if (this.down.delete(part) && !this.broken) this.options.onChange(true);
  }

  /** Loaded only where it is used: most installations have no Redis. */
  private async connect(part: 'sender' | 'listener', then?: (client: RedisClientType) => Promise<void>): Promise<void> {
    const { createClient } = await import('@redis/client');
    if (this.closing.signal.aborted) return;
    const { url, random, onError } = this.options;
    const client: RedisClientType = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: part === 'sender',
      commandsQueueMaxLength: 1_000,
      pingInterval: PING_MS,
      socket: {
        connectTimeout: CONNECT_MS,
        socketTimeout: SILENT_MS,
        reconnectStrategy: (retries: number) => waitMs(retries, random),
      },
    }) as unknown as RedisClientType;
    client.on('error', (error: unknown) => this.failed(part, error));
    client.on('ready', () => this.up(part));
    this[part] = client;
    try {
      await client.connect();
      await then?.(client);
    } catch (error) {
      onError(error);
    }
  }
}

/** How long to wait after a failure. @param failures how many came before it. */
function waitMs(failures: number, random: Random): number {
  return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 16));
}
