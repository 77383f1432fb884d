import type { Answer } from './answer.js';
import { asRecord, type ReceivedCall } from './call.js';
import { tokensIn, type Dialect, type Frame, type Refusal } from './dialect.js';

const CREATED = 1_764_000_000;

/** OpenAI chat completions. */
export const openai: Dialect = {
  completion: (call, answer) => ({
    ...common(call, 'chat.completion'),
    choices: [{ index: 0, message: messageOf(answer), logprobs: null, finish_reason: finishOf(answer) }],
    usage: usageOf(call, answer),
  }),

  frames(call, answer, chunks) {
    const wantsUsage = asRecord(call.body['stream_options'])?.['include_usage'] === true;
    const frame = (kind: Frame['kind'], delta: object, finish: string | null = null): Frame => ({
      kind,
      text: event({
        ...common(call, 'chat.completion.chunk'),
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
        ...(wantsUsage && { usage: null }),
      }),
    });
    const usage = { ...common(call, 'chat.completion.chunk'), choices: [], usage: usageOf(call, answer) };
    return [
      frame('opening', { role: 'assistant', content: answer.toolCall ? null : '' }),
      ...deltasOf(answer, chunks).map((delta) => frame('delta', delta)),
      frame('finish', {}, finishOf(answer)),
      ...(wantsUsage ? [{ kind: 'usage', text: event(usage) } as const] : []),
      { kind: 'done', text: 'data: [DONE]\n\n' },
    ];
  },

  refusal(refusal) {
    const { status, ...error } = REFUSALS[refusal];
    return { status, body: { error: { param: null, code: null, ...error } } };
  },
  errorFrame: event({ error: { message: 'The server had an error.', type: 'server_error', param: null, code: null } }),
  malformedFrame: 'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',
  keepAliveFrame: ': PROCESSING\n\n',
};

const REFUSALS = {
  bad_request: { status: 400, type: 'invalid_request_error', message: 'Invalid value.', param: 'messages' },
  unauthorized: { status: 401, type: 'invalid_request_error', message: 'Incorrect API key.', code: 'invalid_api_key' },
  not_found: { status: 404, type: 'invalid_request_error', message: 'No such model.', code: 'model_not_found' },
  context_too_long: {
    status: 400,
    type: 'invalid_request_error',
    message: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    param: 'messages',
    code: 'context_length_exceeded',
  },
  content_filter: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The prompt was filtered by the content management policy.',
    param: 'prompt',
    code: 'content_filter',
  },
  prefill: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The last message must have role `user`.',
    param: 'messages',
  },
  rate_limited: { status: 429, type: 'requests', message: 'Rate limit reached.', code: 'rate_limit_exceeded' },
  quota_exhausted: {
    status: 429,
    type: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
    code: 'insufficient_quota',
  },
  server_error: { status: 500, type: 'server_error', message: 'The server had an error.' },
} satisfies Record<Refusal, { status: number; type: string; message: string; param?: string; code?: string }>;

function common(call: ReceivedCall, object: string): object {
  return { id: `chatcmpl-${call.number}`, object, created: CREATED, model: call.model };
}

function messageOf({ content, refusal, toolCall }: Answer): object {
  const said = refusal !== undefined || toolCall ? null : content;
  return {
    role: 'assistant',
    content: said,
    refusal: refusal ?? null,
    ...(toolCall && { tool_calls: [toolCallOf(toolCall, JSON.stringify(toolCall.input))] }),
  };
}

function deltasOf({ refusal, toolCall }: Answer, chunks: readonly string[]): object[] {
  if (refusal !== undefined) return [{ refusal }];
  if (!toolCall) return chunks.map((content) => ({ content }));
  const pieces = chunks.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] }));
  return [{ tool_calls: [{ index: 0, ...toolCallOf(toolCall, '') }] }, ...pieces];
}

function toolCallOf({ name }: { name: string }, text: string): object {
  return { id: 'call_1', type: 'function', function: { name, arguments: text } };
}

function finishOf({ finish, toolCall }: Answer): string | null {
  return finish === undefined ? (toolCall ? 'tool_calls' : 'stop') : finish;
}

function usageOf(call: ReceivedCall, { content }: Answer): object {
  const [prompt, completion] = [tokensIn(call.prompt), tokensIn(content)];
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
