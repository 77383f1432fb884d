import type { ChatRequest } from '../provider.js';
import { type ChatOptions, readOptions } from './chat-options.js';
import type { MessagesBody } from './messages-api.js';
import { rulesOf } from './model-rules.js';
import { toTools } from './to-tools.js';
import { joined, toTurns } from './to-turns.js';

/** Tokens of an answer when the request sets no limit: Anthropic requires one. */
export const DEFAULT_MAX_TOKENS = 8192;

const JSON_INSTRUCTION = 'Answer with one JSON object and nothing else: no code fence, no words around it.';

/** A request in Anthropic's words, and what is needed to read its answer. */
export interface MessagesRequest {
  readonly body: MessagesBody;
  /** The tool whose input is the structured answer, when structure was asked for. */
  readonly answerTool: string | undefined;
}

/**
 * Translates an OpenAI chat-completions request for the Messages API. Fields without a counterpart are left out,
 * since Anthropic refuses what it does not know.
 * @throws ProviderFault `rejected` when that would change the answer.
 */
export function toMessages(request: ChatRequest, model: string): MessagesRequest {
  const options = readOptions(request);
  const { system, turns } = toTurns(request.messages);
  const rules = rulesOf(model);
  const plan = toTools(options, rules.forcedTools && !thinks(options));
  const json = options.response_format?.type === 'json_object' ? JSON_INSTRUCTION : '';
  const user = options.metadata?.user_id ?? options.user ?? undefined;
  const body: MessagesBody = {
    model,
    max_tokens: options.max_completion_tokens ?? options.max_tokens ?? defaultMaxTokens(options),
    system: joined([system, plan.instruction ?? '', json]) || undefined,
    messages: turns,
    tools: plan.tools,
    tool_choice: plan.choice,
    stop_sequences: stopSequences(options),
    ...(rules.sampling && !thinks(options) ? sampling(options) : {}),
    thinking: options.thinking ?? undefined,
    service_tier: options.service_tier ?? undefined,
    metadata: user === undefined ? undefined : { user_id: user },
  };
  return { body, answerTool: plan.answerTool };
}

/**
 * Thinking excludes a forced tool, and a temperature of one's own:
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 */
function thinks({ thinking }: ChatOptions): boolean {
  return thinking != null && thinking.type !== 'disabled';
}

/** The budget for thinking has to be smaller than the limit, and is spent from it. */
function defaultMaxTokens({ thinking }: ChatOptions): number {
  return DEFAULT_MAX_TOKENS + (thinking?.budget_tokens ?? 0);
}

/** Anthropic refuses blank sequences: they are left out, and the answer goes on past them. */
function stopSequences({ stop }: ChatOptions): readonly string[] | undefined {
  const sequences = [stop ?? []].flat().filter((sequence) => sequence.trim() !== '');
  return sequences.length > 0 ? sequences : undefined;
}

/** OpenAI's temperatures reach 2, Anthropic's 1. Newer models refuse `temperature` and `top_p` together. */
function sampling({ temperature, top_p: topP, top_k: topK }: ChatOptions): Partial<MessagesBody> {
  const clamped = temperature == null ? undefined : Math.min(1, Math.max(0, temperature));
  return {
    temperature: clamped,
    top_p: clamped === undefined ? (topP ?? undefined) : undefined,
    top_k: topK ?? undefined,
  };
}
