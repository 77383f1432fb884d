/** A chat-completions request. All other fields of OpenAI's API are passed on. */
export interface ChatCompletionRequestDto {
  /**
   * `auto` for the chain of providers, the name of one of them, or `<provider>/<model>`.
   * @example "auto"
   */
  model: string;
  messages: ChatMessageDto[];
  stream?: boolean | null;
  stream_options?: StreamOptionsDto | null;
  [field: string]: unknown;
}

/** One message. What a provider knows beyond these fields is passed on. */
export interface ChatMessageDto {
  /** @example "user" */
  role: string;
  content?: string | null | Record<string, unknown>[];
  [field: string]: unknown;
}

/** What a stream holds beside the answer. */
export interface StreamOptionsDto {
  /** Whether the last chunk says how many tokens were used. */
  include_usage?: boolean | null;
  [field: string]: unknown;
}

/** What can be asked for as `model`. */
export interface ModelListDto {
  object: 'list';
  data: ModelDto[];
}

export interface ModelDto {
  /** @example "auto" */
  id: string;
  object: 'model';
  /**
   * Unix time, seconds: when this server started.
   * @integer
   */
  created: number;
  /** The provider. */
  owned_by: string;
}
