import type { Clock } from '../../reliability/ports.js';
import { isSuccess, type ProviderHttp } from '../http/provider-http.js';
import { statusFault } from '../http/status-fault.js';
import type { ChatCompletion, ChatRequest, LlmProvider, OpenAnswer, ProviderCall, StreamCall } from '../provider.js';
import { readStream } from '../stream/read-stream.js';
import { fromMessage } from './from-message.js';
import { MessageStream } from './message-stream.js';
import type { MessagesBody } from './messages-api.js';
import { toMessages } from './to-messages.js';

/** The version of the API that the translations speak. */
const API_VERSION = '2023-06-01';

export interface AnthropicProviderOptions {
  /** The name of the provider in the chain. */
  readonly name: string;
  /** The model to ask by default. */
  readonly model: string;
  /** Undefined: none is sent, for a gateway that adds its own. */
  readonly apiKey?: string | undefined;
  /** Its base URL ends in `/v1`. Belongs to the provider, which closes it. */
  readonly http: ProviderHttp;
  readonly clock: Clock;
}

/**
 * Models behind Anthropic's Messages API. Without the vendor's SDK, so that one transport judges silence, size and aborts for
 * all providers.
 */
export class AnthropicProvider implements LlmProvider {
  readonly name: string;
  readonly model: string;

  private readonly http: ProviderHttp;
  private readonly clock: Clock;
  private readonly headers: Readonly<Record<string, string>>;

  constructor({ name, model, apiKey, http, clock }: AnthropicProviderOptions) {
    this.name = name;
    this.model = model;
    this.http = http;
    this.clock = clock;
    this.headers = {
      'anthropic-version': API_VERSION,
      'content-type': 'application/json',
      ...(apiKey === undefined || apiKey === '' ? {} : { 'x-api-key': apiKey }),
    };
  }

  async complete(request: ChatRequest, call: ProviderCall): Promise<ChatCompletion> {
    const { model, callId, verbatim, mayBeEmpty, ...limits } = call;
    const { body, answerTool } = toMessages(request, model);
    const { status, headers, text } = await this.http.post({
      ...limits,
      path: 'messages',
      headers: this.headersFor('application/json', callId),
      body: JSON.stringify(body),
    });
    if (!isSuccess(status)) throw statusFault({ status, headers, body: text }, this.clock);
    return fromMessage(text, { answerTool, model, headers, clock: this.clock, verbatim, mayBeEmpty });
  }

  async stream(request: ChatRequest, call: StreamCall, answer: OpenAnswer): Promise<void> {
    const { model, callId, verbatim, mayBeEmpty, signal, maxAnswerBytes } = call;
    const { clock } = this;
    const sentMs = clock.monotonicMs();
    const { body, answerTool } = toMessages(request, model);
    const open = await this.http.begin({
      signal,
      timeoutMs: call.firstTokenMs,
      path: 'messages',
      headers: this.headersFor('text/event-stream', callId),
      body: JSON.stringify({ ...body, stream: true } satisfies MessagesBody),
    });
    const { status, headers, exchange } = open;
    if (!isSuccess(status)) throw statusFault({ status, headers, body: await exchange.refusal(maxAnswerBytes) }, clock);
    const reader = new MessageStream({ answerTool, model, headers, clock, verbatim, mayBeEmpty, maxAnswerBytes });
    await readStream(open, reader, answer, { call, sentMs, clock });
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private headersFor(accept: string, callId: string | undefined): Record<string, string> {
    return { ...this.headers, accept, ...(callId === undefined ? {} : { 'x-holdfast-call': callId }) };
  }
}
