/** One part of a message that is more than text: an image, a file. Passed on as it is. */
export interface ContentPart {
  readonly type: string;
  readonly [field: string]: unknown;
}

export type MessageContent = string | readonly ContentPart[] | null;

/** One message of a chat, in the OpenAI chat-completions shape. Unknown fields pass through. */
export interface ChatMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly content: MessageContent;
  readonly [field: string]: unknown;
}

/** A chat-completions request. Fields that we do not know pass through to the provider untouched. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Asks for structure: the message content is then one JSON object that matches the schema. */
  readonly response_format?: ResponseFormat;
  readonly [field: string]: unknown;
}

export interface ResponseFormat {
  readonly type: 'json_schema';
  readonly json_schema: { readonly name: string; readonly schema: Record<string, unknown>; readonly strict?: boolean };
}

/** One answer of a completion. Fields that we do not know are kept. */
export interface ChatChoice {
  readonly index: number;
  readonly message: { readonly role: 'assistant'; readonly content: string | null; readonly [field: string]: unknown };
  /** `stop`, `length`, `content_filter`, `tool_calls`, or a word of the provider's own. */
  readonly finish_reason: string;
  readonly [field: string]: unknown;
}

/** Token counts, the provider's own. */
export interface TokenCounts {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly [field: string]: unknown;
}

/** A whole chat completion. Fields that we do not know are kept. */
export interface ChatCompletion {
  readonly id: string;
  readonly object: 'chat.completion';
  /** Unix time, seconds. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly ChatChoice[];
  readonly usage: TokenCounts;
  readonly [field: string]: unknown;
}

/** What one attempt at a provider may cost, and what ends it. */
export interface ProviderCall {
  /** The model to ask; {@link LlmProvider.model} unless the caller chose another one. */
  readonly model: string;
  /** From the first byte sent to the last one read, milliseconds. */
  readonly timeoutMs: number;
  /** The longest silence within the answer, milliseconds. Default: as long as there is time. */
  readonly stallMs?: number | undefined;
  /** Aborts the attempt at once: the deadline has passed, or the caller is gone. */
  readonly signal: AbortSignal;
  /** An answer longer than this is broken off and counts as unusable. */
  readonly maxAnswerBytes: number;
  /** Names the call to the provider, in the header `X-Holdfast-Call`: `<session id>/<call key>`. */
  readonly callId?: string | undefined;
  /**
   * Whether an answer that declares its own early end (out of tokens, or filtered content) is passed on, for clients that
   * understand that. Otherwise it is a fault.
   */
  readonly verbatim?: boolean | undefined;
  /** Whether an empty answer is acceptable: a stop sequence can come first. */
  readonly mayBeEmpty?: boolean | undefined;
}

/** Chunks that differ in nothing but their words, as a provider has written them. */
export interface ChunkRun {
  /** What comes before the words of each. */
  readonly before: string;
  readonly after: string;
  /** The words of each, as they stand between the quotation marks of a JSON string. */
  readonly words: readonly string[];
}

/** One piece of a streaming answer; or several that came together, with `body` and `text` of the first. */
export interface ChatChunk {
  /** In OpenAI's shape; fields that we do not know are kept. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as the provider wrote it, where the provider speaks OpenAI's shape. */
  readonly text?: string | undefined;
  /** The text that it adds, where it is known to add nothing else: then the body need not be read. */
  readonly words?: string | undefined;
  /** All the pieces, where there can be several. */
  readonly run?: ChunkRun | undefined;
}

/** What a streamed attempt may cost. It has no total: it may go on for as long as tokens flow. */
export interface StreamCall extends Omit<ProviderCall, 'timeoutMs'> {
  /** From sending until something is said, milliseconds. */
  readonly firstTokenMs: number;
  /** Between two pieces that say something, milliseconds. */
  readonly stallMs: number;
  /** Whether to break off a stream that has become much slower than it began. Asked at that moment: what was sent decides. */
  readonly judgesPace: () => boolean;
}

/** Hears an answer as it streams. */
export interface ChunkListener {
  /** @throws ProviderFault to end the attempt: the answer is unusable. */
  chunk(chunk: ChatChunk, facts: ChunkFacts): void;
  /** Called after each read; a promise while the listener can take no more: until it resolves, nothing more is read. */
  taken?(): Promise<void> | undefined;
}

/** An answer in progress: an adapter adds the pieces to it. */
export interface OpenAnswer {
  /** Every answer that has begun has a finish reason. */
  readonly isFinished: boolean;
  /** All answers that were asked for have one: whatever still comes belongs to none of them. */
  readonly isSaid: boolean;
  /** And the finish reasons can be trusted: only usage and the like may follow. */
  readonly isOver: boolean;
  /** And the token counts are final: nothing more is needed. */
  readonly isWhole: boolean;
  /** @throws ProviderFault when the chunk makes the answer unusable. */
  add(chunk: ChatChunk): void;
  /** A promise while the listener can take no more. */
  taken(): Promise<void> | undefined;
  /** How many pieces with content have come since the last call. */
  takePieces(): number;
}

/** What a chunk adds to its answer. */
export interface ChunkFacts {
  /** The text that it adds to the content. */
  readonly text: string;
  /** What it holds beside text: a `thought`, or `more` (a tool call, a second answer). */
  readonly other: 'none' | 'thought' | 'more';
  readonly finish: string | undefined;
}

/** The provider port: anything that answers a chat request, over a network or not. It makes one attempt and never retries. */
export interface LlmProvider {
  /** The name of the provider in the chain, e.g. `offline`. */
  readonly name: string;
  /** The model that it asks by default. */
  readonly model: string;
  /** Whether it has no other model. */
  readonly hasOneModel?: boolean;
  /**
   * @throws ProviderFault when there is no usable answer (a truncated one is unusable); the signal's reason when it is aborted.
   */
  complete(request: ChatRequest, call: ProviderCall): Promise<ChatCompletion>;
  /**
   * As {@link complete}, piece by piece. A provider without it is asked for the whole answer at once.
   * @param answer gathers the pieces, also when the attempt fails.
   * @throws ProviderFault when the stream was not whole; the signal's reason when it is aborted.
   */
  stream?(request: ChatRequest, call: StreamCall, answer: OpenAnswer): Promise<void>;
  /** Closes its connections. */
  close?(): Promise<void>;
}

/** The text of a message; parts that are not text are left out. */
export function textOf(content: MessageContent): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}
