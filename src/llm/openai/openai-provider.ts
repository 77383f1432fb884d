import type { Clock } from '../../reliability/ports.js';
import { requestJson } from '../fixed-format.js';
import { isSuccess, type ProviderHttp } from '../http/provider-http.js';
import { statusFault } from '../http/status-fault.js';
import type { ChatCompletion, ChatRequest, LlmProvider, OpenAnswer, ProviderCall, StreamCall } from '../provider.js';
import { readStream } from '../stream/read-stream.js';
import { readCompletion } from './completion.js';
import { chunkReader } from './openai-stream.js';
import { StreamOptions } from './stream-options.js';

export interface OpenAiProviderOptions {
  /** The name of the provider in the chain. */
  readonly name: string;
  readonly model: string;
  /** Undefined: the server asks for none. */
  readonly apiKey?: string | undefined;
  /** Belongs to the provider, which closes it. */
  readonly http: ProviderHttp;
  readonly clock: Clock;
}

/** OpenAI, and any server that speaks its chat completions. Unknown fields of requests and answers pass through. */
export class OpenAiProvider implements LlmProvider {
  readonly name: string;
  readonly model: string;
  private readonly http: ProviderHttp;
  private readonly clock: Clock;
  private readonly streamOptions = new StreamOptions();
  private readonly authorization: Readonly<Record<string, string>>;

  constructor({ name, model, apiKey, http, clock }: OpenAiProviderOptions) {
    this.name = name;
    this.model = model;
    this.http = http;
    this.clock = clock;
    this.authorization = apiKey === undefined || apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };
  }

  async complete(request: ChatRequest, call: ProviderCall): Promise<ChatCompletion> {
    const { model, callId, verbatim, mayBeEmpty, ...limits } = call;
    const { status, headers, text } = await this.http.post({
      ...limits,
      path: 'chat/completions',
      headers: this.headersFor('application/json', callId),
      // Servers refuse stream options without a stream.
      body: requestJson({ ...request, model, stream: undefined, stream_options: undefined }),
    });
    if (!isSuccess(status)) throw statusFault({ status, headers, body: text }, this.clock);
    return readCompletion(text, { model, headers, clock: this.clock, verbatim, mayBeEmpty });
  }

  async stream(request: ChatRequest, call: StreamCall, answer: OpenAnswer): Promise<void> {
    const { model, signal, callId, verbatim, mayBeEmpty, maxAnswerBytes } = call;
    const { clock } = this;
    const sentMs = clock.monotonicMs();
    const options = this.streamOptions.for(request);
    const open = await this.http.begin({
      signal,
      timeoutMs: call.firstTokenMs,
      path: 'chat/completions',
      headers: this.headersFor('text/event-stream', callId),
      body: requestJson({ ...request, model, stream: true, stream_options: options }),
    });
    const { status, headers, exchange } = open;
    if (!isSuccess(status)) {
      const body = await exchange.refusal(maxAnswerBytes);
      throw this.streamOptions.judge(statusFault({ status, headers, body }, clock), body, options);
    }
    this.streamOptions.accepted(options);
    const reader = chunkReader({ model, headers, clock, verbatim, mayBeEmpty });
    await readStream(open, reader, answer, { call, sentMs, clock });
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private headersFor(accept: string, callId: string | undefined): Record<string, string> {
    return { accept, ...this.authorization, ...(callId === undefined ? {} : { 'x-holdfast-call': callId }) };
  }
}
