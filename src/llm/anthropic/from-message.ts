import { z } from 'zod';
import { parseExactJson } from '../../reliability/exact-json.js';
import type { Clock } from '../../reliability/ports.js';
import { asObject } from '../http/json.js';
import type { AnswerHeaders } from '../http/retry-after.js';
import { embeddedFault } from '../http/status-fault.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatCompletion, TokenCounts } from '../provider.js';
import { toFinishReason } from './stop-reason.js';

const NOTHING_USABLE = 'What the provider sent was no usable message.';

const count = z.number().int().nonnegative().catch(0);

const NO_USAGE = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };

/** Tokens as Anthropic counts them; what is missing or no number counts as 0. */
export const messageUsage = z
  .object({
    input_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens: count,
  })
  .catch(NO_USAGE);

const message = z.object({
  type: z.literal('message'),
  id: z.string().catch(''),
  model: z.string().optional().catch(undefined),
  content: z.array(z.unknown()),
  stop_reason: z.string().min(1),
  usage: messageUsage,
});

const textBlock = z.object({ type: z.literal('text'), text: z.string() });

const thinkingBlock = z.object({ type: z.literal('thinking'), thinking: z.string() });

const toolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
});

type ToolUse = z.infer<typeof toolUseBlock>;

/** What the answer itself does not say. */
export interface AnswerContext {
  /** The tool whose input is the structured answer, when structure was asked for. */
  readonly answerTool: string | undefined;
  /** The model that was asked. */
  readonly model: string;
  readonly headers: AnswerHeaders;
  readonly clock: Clock;
  /** Whether an early end is passed on: see `ProviderCall.verbatim`. */
  readonly verbatim?: boolean | undefined;
  /** See `ProviderCall.mayBeEmpty`. */
  readonly mayBeEmpty?: boolean | undefined;
}

/**
 * Reads the JSON of a message as a chat completion. Blocks of kinds that we do not know are left out.
 * @throws ProviderFault `truncated`, `content_filtered`, `empty`, `malformed` when there is nothing usable in it, or the fault of
 * an error that was sent as a success; with the token counts, where it has them.
 */
export function fromMessage(json: string, context: AnswerContext): ChatCompletion {
  try {
    const parsed = parseExactJson(json);
    if (asObject(parsed)?.['type'] === 'error') throw embeddedFault(parsed, context.headers, context.clock);
    return completionOf(message.parse(parsed), context);
  } catch (error) {
    // Without a cause: a parser's message quotes the answer. Input that is nested too deeply causes a RangeError.
    throw error instanceof ProviderFault ? error : new ProviderFault('malformed', { detail: NOTHING_USABLE });
  }
}

function completionOf(answer: z.infer<typeof message>, context: AnswerContext): ChatCompletion {
  const uses = answer.content.flatMap((block) => toolUseBlock.safeParse(block).data ?? []);
  const structured = uses.find(({ name }) => name === context.answerTool);
  const calls = uses.filter(({ name }) => name !== context.answerTool).map((use) => toToolCall(use));
  const tokens = toTokenCounts(answer.usage);
  const finishReason = toFinishReason({
    stopReason: answer.stop_reason,
    callsTools: calls.length > 0,
    usage: tokens,
    verbatim: context.verbatim,
  });
  const text = answer.content.flatMap((block) => textBlock.safeParse(block).data?.text ?? []).join('');
  const thoughts = answer.content.flatMap((block) => thinkingBlock.safeParse(block).data?.thinking ?? []).join('');
  const content = structured ? JSON.stringify(structured.input) : text;
  // A client may have asked for blanks; a plan cannot be read out of them.
  const empty = (context.verbatim === true ? content : content.trim()) === '';
  // With an unreadable tool call the message is no whole answer, whatever else it says.
  const meant = answer.content.filter((block) => asObject(block)?.['type'] === 'tool_use').length;
  const explained = finishReason === 'length' || finishReason === 'content_filter';
  const saysNothing = empty && calls.length === 0 && !explained;
  if (uses.length < meant || (saysNothing && !answer.content.every(isReadable))) {
    throw new ProviderFault('malformed', { detail: NOTHING_USABLE, usage: tokens });
  }
  if (saysNothing && context.mayBeEmpty !== true) {
    throw new ProviderFault('empty', { detail: 'What the provider sent was an empty answer.', usage: tokens });
  }
  return {
    id: answer.id,
    object: 'chat.completion',
    created: Math.floor(context.clock.epochMs() / 1000),
    model: answer.model ?? context.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: empty && !saysNothing ? null : content,
          ...(thoughts === '' ? {} : { reasoning_content: thoughts }),
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        finish_reason: finishReason,
      },
    ],
    usage: tokens,
  };
}

function isReadable(block: unknown): boolean {
  const type = asObject(block)?.['type'];
  return typeof type === 'string' && (type !== 'text' || textBlock.safeParse(block).success);
}

function toToolCall({ id, name, input }: ToolUse): Record<string, unknown> {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

/** Anthropic counts cache writes and cache reads apart from other input; the prompt is all three. */
export function toTokenCounts(counts: z.infer<typeof messageUsage>): TokenCounts {
  const cached = counts.cache_read_input_tokens;
  const prompt = counts.input_tokens + counts.cache_creation_input_tokens + cached;
  return {
    prompt_tokens: prompt,
    completion_tokens: counts.output_tokens,
    total_tokens: prompt + counts.output_tokens,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
