import { LONGEST_TIMER_MS } from './backoff.js';
import { EventStreamParser, type Message } from './event-stream-parser.js';
import { HoldfastError, toError } from './holdfast-error.js';

/** The longest event accepted, characters: an event that never ends would fill the memory. No logged one is nearly as long. */
const LONGEST_EVENT = 2 ** 22;

export interface StreamRequest {
  url: string;
  headers: Record<string, string>;
}

export interface ConnectionOptions {
  /** Called once; it may have to fetch a fresh token first. */
  request: () => Promise<StreamRequest>;
  fetch: typeof fetch;
  /** How long the server may send nothing, not even a keepalive, milliseconds. */
  stallMs: number;
  /** The caller's signal. */
  signal: AbortSignal | undefined;
  /** Called with the server's `retry:`, milliseconds. */
  onRetryHint: (retryMs: number) => void;
}

/**
 * Makes one request and yields its messages until the server closes the connection.
 * @returns whether the server says that no more will come (204).
 * @throws HoldfastError, or what `fetch` throws.
 */
export async function* connect(options: ConnectionOptions): AsyncGenerator<Message, boolean, void> {
  // Detached: a browser's fetch throws when it is called as a method of another object than the window.
  const { fetch, stallMs, onRetryHint } = options;
  const watch = new Watch(stallMs, options.signal);
  try {
    const { url, headers } = await watch.await(options.request());
    const accepting = sendable({ ...headers, accept: 'text/event-stream' });
    const response = await watch.await(fetch(url, { headers: accepting, cache: 'no-store', signal: watch.signal }));
    if (response.status === 204) return true;
    if (!response.ok) throw await watch.await(toError(response));
    if (!response.body || !isEventStream(response.headers.get('content-type')))
      throw new HoldfastError('not_a_stream', 'The answer is no event stream.', { status: response.status });
    const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
    const parser = new EventStreamParser();
    for (;;) {
      const { done, value } = await watch.await(reader.read());
      if (done) return false;
      const messages = parser.read(value);
      if (parser.retryMs !== undefined) onRetryHint(parser.retryMs);
      yield* messages;
      if (parser.pending > LONGEST_EVENT) throw new HoldfastError('malformed_event', 'An event does not end.');
    }
  } finally {
    watch.end();
  }
}

/** The names of media types are case-insensitive (RFC 9110, 8.3.1). */
function isEventStream(type: string | null): boolean {
  return /^text\/event-stream\s*(;|$)/i.test(type ?? '');
}

/** For an invalid header, fetch reports a network failure and quotes the value, which is usually a token: check it first. */
function sendable(headers: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(new Headers(headers));
  } catch {
    throw new HoldfastError('invalid_header', 'The token, or another header, cannot be sent.', { fatal: true });
  }
}

/** Gives a request up when nothing comes for too long, or when the caller no longer wants it. */
class Watch {
  private readonly controller = new AbortController();

  constructor(
    private readonly stallMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    if (caller?.aborted) this.giveUp();
    caller?.addEventListener('abort', this.giveUp);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Waits for the next bytes. The clock runs only while the client waits: a consumer may take its time. */
  await<T>(next: Promise<T>): Promise<T> {
    const { signal, controller, stallMs } = this;
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(signal.reason);
      const timer = setTimeout(
        () => {
          controller.abort(new HoldfastError('stalled', `Nothing came for ${stallMs} ms.`));
        },
        Math.min(stallMs, LONGEST_TIMER_MS),
      );
      signal.addEventListener('abort', fail);
      void next.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', fail);
      });
      if (signal.aborted) fail();
    });
  }

  end(): void {
    this.caller?.removeEventListener('abort', this.giveUp);
    this.controller.abort();
  }

  private readonly giveUp = (): void => this.controller.abort(this.caller?.reason);
}
