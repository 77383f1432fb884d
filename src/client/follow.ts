import { delayMs } from './backoff.js';
import { connect, type StreamRequest } from './connection.js';
import type { Message } from './event-stream-parser.js';
import { isFinal, isTerminal, toItem, type Body, type StreamItem } from './events.js';
import { HoldfastError } from './holdfast-error.js';
import { LogPosition, type ResumeState } from './log-position.js';

/** A value, or a function that makes a fresh one for every connection. */
export type Supply<T> = T | (() => T | Promise<T>);

/** Why following pauses, and for how long. */
export interface Reconnect {
  /** A HoldfastError, or what `fetch` or a supply threw. */
  error: unknown;
  delayMs: number;
  /** Connections in a row that brought nothing new. */
  failures: number;
}

export interface FollowOptions {
  /** Where the server is, such as `https://holdfast.example.org`. */
  baseUrl: string;
  /** An API key or a client token: `Authorization: Bearer …`. */
  token?: Supply<string> | undefined;
  /** From `POST /v1/stream-tickets`, in place of a token. */
  ticket?: Supply<string> | undefined;
  /** Sent with every connection. */
  headers?: Supply<Record<string, string>> | undefined;
  /** The state of an earlier follower. */
  resume?: ResumeState | undefined;
  /** Ends following: the iteration throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * How long the server may be silent before the connection counts as dead, milliseconds; it sends something every 15 s.
   * @default 45000
   */
  stallMs?: number | undefined;
  /** Fruitless connections in a row after which the last error is thrown. @default Infinity */
  maxFailures?: number | undefined;
  /** Called at every pause, to tell a user why nothing moves. */
  onReconnect?: ((reconnect: Reconnect) => void) | undefined;
  /** @default the global one */
  fetch?: typeof fetch | undefined;
}

/** The items of a session, once each and in order, until its log ends. */
export interface Following extends AsyncGenerator<StreamItem, void, void> {
  /** The place behind all items that were handed out. Store it to go on after a reload. */
  readonly state: ResumeState;
}

/**
 * Follows a session from its first event, or from `resume`, to its end. It reconnects when a connection breaks: missed events
 * come then, and none comes twice.
 * @throws HoldfastError at once for a base URL with credentials; from the iteration when the server refuses for good, or when
 * what came is not what it has logged.
 */
export function follow(session: string, options: FollowOptions): Following {
  const position = new LogPosition(options.resume);
  const url = new URL(options.baseUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/sessions/${encodeURIComponent(session)}/stream`;
  // Fetch refuses credentials, and would quote them in an error that looks like a network failure.
  if (url.username || url.password)
    throw new HoldfastError('invalid_url', 'The base URL must not hold credentials.', { fatal: true });
  const items = new Follower(url, options, position).items();
  return Object.defineProperty(items, 'state', { get: () => position.state }) as Following;
}

/** {@link follow} with a callback. @returns where the session's log ended. */
export async function watch(
  session: string,
  options: FollowOptions,
  onItem: (item: StreamItem) => unknown,
): Promise<ResumeState> {
  const following = follow(session, options);
  for await (const item of following) await onItem(item);
  return following.state;
}

/** A connection that has lived for this long was a good one, even if nothing happened in the session. */
const GOOD_MS = 30_000;

/** The most of `retry:` that counts after a network failure, milliseconds: streams go on at another server within 3 s. */
const BROKEN_MS = 2_500;

class Follower {
  private retryMs = 1_000;
  private failures = 0;

  constructor(
    private readonly url: URL,
    private readonly options: FollowOptions,
    private readonly position: LogPosition,
  ) {}

  async *items(): AsyncGenerator<StreamItem, void, void> {
    for (;;) {
      const before = this.position.state;
      const sinceMs = performance.now();
      let error: unknown;
      try {
        if (yield* this.connection()) return;
      } catch (caught) {
        error = caught;
      }
      const isGood = this.position.state !== before || performance.now() - sinceMs > GOOD_MS;
      this.failures = isGood ? 0 : this.failures + 1;
      await this.pause(error);
    }
  }

  /** @throws the error when another attempt is useless or not allowed; the signal's reason when the caller wants no more. */
  private async pause(error: unknown = new HoldfastError('disconnected', 'The stream ended early.')): Promise<void> {
    const { signal, maxFailures = Infinity, onReconnect } = this.options;
    const { failures } = this;
    signal?.throwIfAborted();
    const known = error instanceof HoldfastError ? error : undefined;
    if (known?.fatal || failures >= maxFailures) throw error;
    const retryMs = known ? this.retryMs : Math.min(this.retryMs, BROKEN_MS);
    const wait = delayMs({ failures, retryMs, retryAfterMs: known?.retryAfterMs, random: Math.random() });
    onReconnect?.({ error, delayMs: wait, failures });
    await sleep(wait, signal);
  }

  /** One connection. @returns whether the log has ended. */
  private async *connection(): AsyncGenerator<StreamItem, boolean, void> {
    const { fetch: own = fetch, stallMs = 45_000, signal } = this.options;
    const connection = connect({
      request: () => this.request(),
      fetch: own,
      stallMs,
      signal,
      onRetryHint: (retryMs) => (this.retryMs = retryMs),
    });
    try {
      for (;;) {
        const { done, value } = await connection.next();
        if (done) return value;
        const item = await this.read(value);
        if (item) yield item;
        if (item && isFinal(item)) return true;
        signal?.throwIfAborted();
      }
    } finally {
      await connection.return(false);
    }
  }

  private async request(): Promise<StreamRequest> {
    const { options, position } = this;
    const { cursor, sequence } = position.state;
    // No digest covers the cursor: if it was damaged on the way, the sequence alone says as much.
    const place = cursor && /^[!-~]+$/.test(cursor) ? cursor : undefined;
    const token = await supplied(options.token);
    const ticket = await supplied(options.ticket);
    const more = await supplied(options.headers);
    const url = new URL(this.url);
    if (ticket) url.searchParams.set('ticket', ticket);
    // In the query too: if a proxy dropped the header, which takes precedence, all events would come again, for ever.
    if (place || sequence > 0) url.searchParams.set('after', place ?? `${sequence}`);
    return {
      url: url.href,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(place && { 'last-event-id': place }),
        ...more,
      },
    };
  }

  /** @returns undefined for an event that was handed out before. */
  private async read({ type, data, id }: Message): Promise<StreamItem | undefined> {
    const { position } = this;
    const body = parse(data);
    const item = toItem(type, body);
    if (item.event_type !== 'unknown' && !isObject(item.data)) throw malformed();
    if (item.event_type === 'snapshot') {
      if (!isSequence(item.data.events_through)) throw malformed();
      position.jump(item.data.events_through, id);
      return item;
    }
    const { sequence } = body;
    // A terminal event without a sequence, a proxy's for one, is not an end of the log.
    if (sequence === undefined && id === undefined && !isTerminal(item)) return item;
    if (!isSequence(sequence)) throw malformed();
    const isNew = sequence === position.state.sequence + 1;
    const verified = isNew && isTerminal(item) && position.verify(item.data);
    if (!(await position.take(sequence, id, data))) return undefined;
    return isTerminal(item) ? { ...item, verified } : item;
  }
}

function parse(data: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    throw malformed();
  }
  if (!isObject(body)) throw malformed();
  return body;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function malformed(): HoldfastError {
  return new HoldfastError('malformed_event', 'The data of an event cannot be read.');
}

async function supplied<T>(supply: Supply<T> | undefined): Promise<T | undefined> {
  return typeof supply === 'function' ? (supply as () => T | Promise<T>)() : supply;
}

/** @throws the signal's reason. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
    if (signal?.aborted) wake();
  });
}
