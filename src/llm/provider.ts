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
  /** The longest silence in the midst of the answer, milliseconds. Default: as long as there is time. */
  readonly stallMs?: number | undefined;
  /** Ends the attempt at once: the deadline has passed, or nobody waits any more. */
  readonly signal: AbortSignal;
  /** An answer longer than this is broken off and counts as unusable. */
  readonly maxAnswerBytes: number;
  /** Names the call to the provider, in the header `X-Holdfast-Call`: `<session id>/<call key>`. */
  readonly callId?: string | undefined;
  /**
   * Whether an answer that says itself that it ends early, for want of tokens or on grounds of content, is passed on: a
   * client of the API understands that. Otherwise it is a fault.
   */
  readonly verbatim?: boolean | undefined;
  /** Whether nothing may be an answer: a stop sequence can come first. */
  readonly mayBeEmpty?: boolean | undefined;
}

/** Chunks that differ in nothing but their words, as a provider has written them. */
export interface ChunkRun {
  /** What comes before the words of each. */
  readonly before: string;
  readonly after: string;
  /** Of each, between the quotation marks of a JSON string. */
  readonly words: readonly string[];
}

/** One piece of an answer that is being given; or several that came together, of which the first stands for all. */
export interface ChatChunk {
  /** In OpenAI's shape; fields that we do not know are kept. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as the provider wrote it, where it speaks that shape itself. */
  readonly text?: string | undefined;
  /** What it adds to the content, where that is known to be all that it does: then nobody need look at the body. */
  readonly words?: string | undefined;
  /** All of them, where there can be several. */
  readonly run?: ChunkRun | undefined;
}

/** What a streamed attempt may cost. It has no total: it may go on for as long as tokens flow. */
export interface StreamCall extends Omit<ProviderCall, 'timeoutMs'> {
  /** From sending until something is said, milliseconds. */
  readonly firstTokenMs: number;
  /** Between two pieces that say something, milliseconds. */
  readonly stallMs: number;
  /** Whether a stream that has become much slower than it began is broken off. Asked whenever it is: what was said decides. */
  readonly judgesPace: () => boolean;
}

/** Hears an answer while it is being given. */
export interface ChunkListener {
  /** @throws ProviderFault to end the attempt: the answer is none that could be used. */
  chunk(chunk: ChatChunk, facts: ChunkFacts): void;
  /** Called after each read; a promise for as long as no more can be taken, during which nothing more is read. */
  taken?(): Promise<void> | undefined;
}

/** An answer that is not whole yet: what an adapter tells the pieces to. */
export interface OpenAnswer {
  /** Every answer that has begun has a finish reason. */
  readonly isFinished: boolean;
  /** So has every one that was asked for: whatever else may come is no answer. */
  readonly isSaid: boolean;
  /** And that can be believed: what comes now is an afterthought. */
  readonly isOver: boolean;
  /** Nothing more is to come that anybody would need. */
  readonly isWhole: boolean;
  /** @throws ProviderFault when that makes it an answer of no use. */
  add(chunk: ChatChunk): void;
  /** A promise for as long as no more can be taken. */
  taken(): Promise<void> | undefined;
  /** How many pieces that say something have come since this was last asked. */
  takePieces(): number;
}

/** What there is to know of a chunk. */
export interface ChunkFacts {
  /** What it adds to the content of the one answer. */
  readonly text: string;
  /** It holds what is no text: a tool call, a thought, a second answer. */
  readonly other: 'none' | 'thought' | 'more';
  readonly finish: string | undefined;
}

/** The provider port: anything that answers a chat request, over a network or not. It makes one attempt and never retries. */
export interface LlmProvider {
  /** The name of the provider in the chain, e.g. `offline`. */
  readonly name: string;
  /** The model that it asks by default. */
  readonly model: string;
  /** Whether there is no other model to ask it for. */
  readonly hasOneModel?: boolean;
  /**
   * @throws ProviderFault when there is no usable answer (one that was cut short is none); the signal's reason when it is aborted.
   */
  complete(request: ChatRequest, call: ProviderCall): Promise<ChatCompletion>;
  /**
   * As {@link complete}, telling of each piece as it comes. A provider without it is asked for the whole answer at once.
   * @param answer gathers what has come, also where the attempt fails.
   * @throws ProviderFault when the stream was not whole; the signal's reason when it is aborted.
   */
  stream?(request: ChatRequest, call: StreamCall, answer: OpenAnswer): Promise<void>;
  /** Gives connections back. */
  close?(): Promise<void>;
}

/** The text of a message; parts that are not text are left out. */
export function textOf(content: MessageContent): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}
