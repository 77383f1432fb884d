/** One message of a chat, in the OpenAI chat-completions shape. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
}

/** A chat-completions request. Fields that we do not know pass through to the provider untouched. */
export interface ChatRequest {
  model?: string;
  messages: readonly ChatMessage[];
  /** Asks for structure: the message content is then one JSON object that matches the schema. */
  response_format?: {
    type: 'json_schema';
    json_schema: { name: string; schema: Record<string, unknown>; strict?: boolean };
  };
  [field: string]: unknown;
}

/** A whole chat completion. Token counts are the provider's own. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Unix time, seconds. */
  created: number;
  model: string;
  choices: readonly {
    index: number;
    message: { role: 'assistant'; content: string };
    finish_reason: 'stop' | 'length' | 'content_filter' | 'tool_calls';
  }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** The provider port: anything that answers a chat request, over a network or not. */
export interface LlmProvider {
  /** The name of the provider in the chain, e.g. `offline`. */
  readonly name: string;
  readonly model: string;
  /**
   * @throws AppError of category `upstream`, or the signal's reason when it is aborted.
   */
  complete(request: ChatRequest, options: { signal: AbortSignal }): Promise<ChatCompletion>;
}
