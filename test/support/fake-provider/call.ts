import type { RawRequest } from './parse.js';

export interface Message {
  readonly role: string;
  readonly content: unknown;
}

/** One request that arrived whole, and how it was answered. */
export class ReceivedCall {
  /** Milliseconds of `performance.now()` at which the last byte of the request was read. */
  readonly at = performance.now();
  /** The behaviour that it met. */
  behaviour = '';
  /** Bytes of the answer that the socket has taken: the client cannot have buffered more. */
  sentBytes = 0;
  /** The fake did all that it meant to, hanging up included. */
  finished = false;
  /** Milliseconds after {@link at} at which the client closed the connection, when the fake was not yet finished. */
  aborted: number | undefined;
  private parsed: Readonly<Record<string, unknown>> | undefined;

  constructor(
    /** 1 for the first request of the provider's life. */
    readonly number: number,
    private readonly raw: RawRequest,
  ) {}

  get method(): string {
    return this.raw.method;
  }

  /** With `/v1` and without a query. */
  get path(): string {
    return this.raw.path.replace(/\?.*/, '');
  }

  /** Names in lower case. */
  get headers(): Readonly<Record<string, string>> {
    return this.raw.headers;
  }

  /** The body as it was sent. */
  get text(): string {
    return this.raw.body.toString();
  }

  /** The parsed body; an empty object when it is no JSON object. */
  get body(): Readonly<Record<string, unknown>> {
    this.parsed ??= asRecord(parseJson(this.text)) ?? {};
    return this.parsed;
  }

  /** `X-Holdfast-Call`. */
  get callId(): string | undefined {
    return this.headers['x-holdfast-call'];
  }

  get model(): string {
    return typeof this.body['model'] === 'string' ? this.body['model'] : '';
  }

  get stream(): boolean {
    // Most bodies do not name it: looking at the bytes saves the benchmarks a JSON.parse.
    return this.raw.body.includes('"stream"') && this.body['stream'] === true;
  }

  get messages(): readonly Message[] {
    return Array.isArray(this.body['messages']) ? (this.body['messages'] as Message[]) : [];
  }

  /** All text of the prompt, Anthropic's `system` included, message by message. */
  get prompt(): string {
    return [this.body['system'], ...this.messages.map(({ content }) => content)].map(textOf).filter(Boolean).join('\n');
  }

  /** The prefill: the text of a last message that is the assistant's. */
  get prefill(): string | undefined {
    const last = this.messages.at(-1);
    return last?.role === 'assistant' ? textOf(last.content) : undefined;
  }
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = (content as unknown[]).map((part) => asRecord(part)?.['text']);
  return texts.filter((text) => typeof text === 'string').join('');
}
