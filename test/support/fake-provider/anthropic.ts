import { forcedTool, type Answer } from './answer.js';
import { asRecord, parseJson, type ReceivedCall } from './call.js';
import { tokensIn, type Dialect, type Frame, type Refusal } from './dialect.js';

/** Anthropic messages. */
export const anthropic: Dialect = {
  completion(call, answer) {
    const block = blockOf(call, answer);
    const content = answer.refusal !== undefined || (block.type === 'text' && block.text === '') ? [] : [block];
    const usage = { input_tokens: tokensIn(call.prompt), output_tokens: tokensIn(answer.content) };
    return { ...common(call), content, stop_reason: stopReasonOf(answer, block), stop_sequence: null, usage };
  },

  frames(call, answer, chunks) {
    const block = blockOf(call, answer);
    const start = { ...common(call), content: [], stop_reason: null, stop_sequence: null };
    const usage = { input_tokens: tokensIn(call.prompt), output_tokens: 1 };
    const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
    const deltaOf = (piece: string) =>
      block.type === 'text' ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece };
    const said = answer.refusal !== undefined ? [] : chunks;
    return [
      frame('opening', 'message_start', { message: { ...start, usage } }),
      frame('opening', 'content_block_start', { index: 0, content_block: empty }),
      frame('opening', 'ping', {}),
      ...said.map((piece) => frame('delta', 'content_block_delta', { index: 0, delta: deltaOf(piece) })),
      frame('finish', 'content_block_stop', { index: 0 }),
      frame('finish', 'message_delta', {
        delta: { stop_reason: stopReasonOf(answer, block), stop_sequence: null },
        usage: { output_tokens: tokensIn(answer.content) },
      }),
      frame('done', 'message_stop', {}),
    ];
  },

  refusal(refusal) {
    const { status, ...error } = REFUSALS[refusal];
    return { status, body: { type: 'error', error, request_id: 'req_1' } };
  },
  errorFrame: event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
  malformedFrame: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
  keepAliveFrame: event('ping', {}),
};

const REFUSALS = {
  bad_request: { status: 400, type: 'invalid_request_error', message: 'messages: Field required' },
  unauthorized: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  not_found: { status: 404, type: 'not_found_error', message: 'model: no such model' },
  context_too_long: {
    status: 400,
    type: 'invalid_request_error',
    message: 'prompt is too long: 200001 tokens > 200000 maximum',
  },
  content_filter: { status: 400, type: 'invalid_request_error', message: 'Output blocked by content filtering policy' },
  prefill: {
    status: 400,
    type: 'invalid_request_error',
    message: 'This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  rate_limited: { status: 429, type: 'rate_limit_error', message: 'This request would exceed your rate limit.' },
  quota_exhausted: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Your credit balance is too low to access the Anthropic API.',
  },
  server_error: { status: 500, type: 'api_error', message: 'Internal server error' },
} satisfies Record<Refusal, { status: number; type: string; message: string }>;

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object };

/** JSON goes into the input of a tool that the request forces; broken JSON cannot, except in pieces of a stream. */
function blockOf(call: ReceivedCall, { content, toolCall }: Answer): Block {
  if (toolCall) return { type: 'tool_use', id: 'toolu_1', ...toolCall };
  const name = forcedTool(call.body)?.['name'];
  const input = asRecord(parseJson(content)) ?? (call.stream ? {} : undefined);
  if (typeof name !== 'string' || !input) return { type: 'text', text: content };
  return { type: 'tool_use', id: 'toolu_1', name, input };
}

function stopReasonOf({ finish, refusal }: Answer, block: Block): string | null {
  if (finish === null) return null;
  if (finish === 'length') return 'max_tokens';
  if (finish === 'content_filter' || refusal !== undefined) return 'refusal';
  return block.type === 'tool_use' ? 'tool_use' : 'end_turn';
}

function common(call: ReceivedCall): object {
  return { id: `msg_${call.number}`, type: 'message', role: 'assistant', model: call.model };
}

function frame(kind: Frame['kind'], type: string, data: object): Frame {
  return { kind, text: event(type, data) };
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
