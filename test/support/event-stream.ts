import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { BOOTSTRAP_KEY } from './app.js';
import type { LogEntry } from './session-log.js';
import { until } from './until.js';

/** An event as a client reads it. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

export interface StreamCall {
  /** `null` sends no credentials. */
  readonly key?: string | null;
  readonly lastEventId?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

/** A stream over a connection of its own, read to the byte. */
export class EventStream {
  text = '';
  readonly comments: string[] = [];
  readonly retries: number[] = [];
  readonly events: SentEvent[] = [];
  status = 0;
  headers: IncomingHttpHeaders = {};
  ended = false;
  /** Whether the end was a cut, and no end of the answer. */
  broken = false;
  private rest = '';
  private response: IncomingMessage | undefined;
  private readonly outgoing;

  private constructor(url: string, { key = BOOTSTRAP_KEY, lastEventId, headers = {} }: StreamCall) {
    this.outgoing = request(url, {
      agent: false,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        accept: 'text/event-stream',
        ...headers,
      },
    });
    this.outgoing.on('error', () => this.close());
    this.outgoing.end();
  }

  /** Resolves with the head of the answer. */
  static async open(baseUrl: string, id: string, call: StreamCall = {}): Promise<EventStream> {
    const stream = new EventStream(`${baseUrl}/v1/sessions/${id}/stream${call.query ? `?${call.query}` : ''}`, call);
    const answered = Promise.withResolvers<void>();
    stream.outgoing.once('response', (response) => {
      stream.read(response);
      answered.resolve();
    });
    stream.outgoing.once('error', answered.reject);
    await answered.promise;
    return stream;
  }

  /** The logged events. */
  get logged(): readonly SentEvent[] {
    return this.events.filter(({ event }) => !['gap_detected', 'snapshot', 'delta'].includes(event));
  }

  get sequences(): readonly number[] {
    return this.logged.map(({ id }) => Number(id?.split('.')[1]));
  }

  get lastId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  /** Waits for so many logged events. */
  async received(count: number): Promise<this> {
    await until(() => this.logged.length >= count || this.ended);
    return this;
  }

  async end(): Promise<this> {
    await until(() => this.ended);
    return this;
  }

  /** Takes nothing more from the network. */
  pause(): void {
    this.response?.pause();
  }

  close(): void {
    this.outgoing.destroy();
    this.ended = true;
  }

  private read(response: IncomingMessage): void {
    this.response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.text += chunk;
      this.rest += chunk;
      this.parse();
    });
    response.on('end', () => (this.ended = true));
    response.on('error', () => {
      this.broken = true;
      this.ended = true;
    });
  }

  private parse(): void {
    for (let end = this.rest.indexOf('\n\n'); end !== -1; end = this.rest.indexOf('\n\n')) {
      const lines = this.rest.slice(0, end).split('\n');
      this.rest = this.rest.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const retry = field('retry');
      if (retry !== undefined) this.retries.push(Number(retry));
      else if (lines.every((line) => line.startsWith(':'))) this.comments.push(lines.join('\n'));
      else this.events.push({ id: field('id'), event: field('event') ?? 'message', data: field('data') ?? '' });
    }
  }
}

/** Expects these, deltas left out, to be the log's events from one sequence to another, byte for byte, each once. */
export function expectLogged(
  sent: readonly SentEvent[],
  log: readonly LogEntry[],
  { after = 0, to = log.length } = {},
): void {
  const events = sent.filter(({ event }) => event !== 'delta');
  expect(events.map(({ event, data }) => [event, data])).toEqual(
    log.slice(after, to).map(({ type, text }) => [type, text]),
  );
  expect(events.map(({ id }) => Number(id?.split('.')[1]))).toEqual(
    log.slice(after, to).map(({ sequence }) => sequence),
  );
}

/** Expects the last event to prove that all before it, deltas left out, are there. */
export function expectProven(all: readonly SentEvent[]): void {
  const sent = all.filter(({ event }) => event !== 'delta');
  let digest = Buffer.alloc(32);
  for (const { data } of sent.slice(0, -1)) digest = createHash('sha256').update(digest).update(data, 'utf8').digest();
  const last = JSON.parse(sent.at(-1)?.data ?? '{}') as { data?: { event_count?: number; digest?: string } };
  expect(last.data).toMatchObject({ event_count: sent.length, digest: digest.toString('hex') });
}
