import type { Clock } from '../../reliability/ports.js';
import { ProviderFault, type FaultKind } from '../provider-fault.js';
import { errorFacts, type ErrorFacts } from './error-body.js';
import { retryAfterMs, type AnswerHeaders } from './retry-after.js';

/** Codes of content refusals. A client is shown one of these, never the provider's own text. */
const FILTERED = new Set([
  'content_filter',
  'content_policy_violation',
  'responsibleaipolicyviolation', // Azure, in `innererror`
  'moderation_blocked',
  'data_inspection_failed', // DashScope
]);
const FILTERED_MESSAGE =
  /content management policy|blocked by content filtering policy|flagged as potentially violating|ContentPolicyViolationError/i;

const TOO_LONG = new Set([
  'context_length_exceeded',
  'string_above_max_length',
  'exceed_context_size_error', // llama.cpp
  'context_window_exceeded',
  'model_context_window_exceeded',
  'model_max_prompt_tokens_exceeded',
]);
const TOO_LONG_MESSAGE = new RegExp(
  [
    'maximum context length', // OpenAI, vLLM, OpenRouter, DeepSeek, Mistral
    'context.?length.?exceeded',
    'context ?window ?exceed', // LiteLLM, MiniMax
    'exceeds (the|this|your|the model.s|model) context window',
    'reduce the length of the (messages|prompt|input)', // OpenAI, Groq
    'prompt is too long', // Anthropic
    'exceed context limit', // Anthropic, with max_tokens
    'input is too long for requested model', // Bedrock
    'longer than the (model.s context|maximum model) length', // Together, SGLang; vLLM
    'too long to fit into the model', // vLLM
    'exceeds? the available context size', // llama.cpp
    'greater than the context length', // LM Studio
    'exceeds the maximum (number of tokens allowed|allowed input length)', // Gemini, OpenRouter
    'maximum prompt length', // xAI
    'exceeded model token limit', // Moonshot
    '`inputs`.{1,40}must (be <=|have less than)', // Text Generation Inference
  ].join('|'),
  'i',
);

/** Codes of faults that only an operator can mend, whatever the status. */
const UNUSABLE = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'invalid_api_key',
  'model_not_found',
]);
const UNUSABLE_MESSAGE = /credit balance is too low/i; // Anthropic, as a 400
const UNUSABLE_STATUS = new Set([401, 402, 403, 404]);

/** The request asks for more than the model can do: OpenRouter says so with a 404, and accepts the next request. */
const REJECTED_MESSAGE = /no endpoints found that (support|can handle)/i;

/** Errors inside a 200 or a stream have no HTTP status: these words name it. */
const STATUS_OF_WORD: ReadonlyMap<string, number> = new Map([
  ['rate_limit_exceeded', 429],
  ['rate_limit_error', 429],
  ['authentication_error', 401],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['invalid_request_error', 400],
]);

/** An answer that is no success. */
export interface Refusal {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** The body: its text, or what was parsed from it. */
  readonly body: unknown;
}

/** What a provider means by a refusal. Never throws, whatever the body is. */
export function statusFault({ status, headers, body }: Refusal, clock: Clock): ProviderFault {
  return faultOf(status, headers, errorFacts(body), clock);
}

/** What a provider means by an error that it sends as a success: the status is the one that the error names, else 500. */
export function embeddedFault(error: unknown, headers: AnswerHeaders, clock: Clock): ProviderFault {
  const facts = errorFacts(error);
  const named = [...facts.words].map((word) => STATUS_OF_WORD.get(word)).find((status) => status !== undefined);
  return faultOf(facts.status ?? named ?? 500, headers, facts, clock);
}

function faultOf(status: number, headers: AnswerHeaders, facts: ErrorFacts, clock: Clock): ProviderFault {
  const filter = filterOf(facts);
  if (filter !== undefined) return refusedContent(filter);
  const kind = kindOf(status, facts);
  if (kind === 'context_too_long') return new ProviderFault(kind);
  const waitMs = kind === 'saturated' || kind === 'server_error' ? retryAfterMs(headers, clock) : undefined;
  return new ProviderFault(kind, {
    detail: `The provider answered with status ${status}.`,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
}

/** A refusal on grounds of content. @param reason a word of ours or one of the known codes, never the provider's text. */
export function refusedContent(reason: string): ProviderFault {
  return new ProviderFault('content_filtered', { detail: `The provider refused the content: ${reason}.` });
}

function filterOf({ words, message, moderated }: ErrorFacts): string | undefined {
  const code = [...words].find((word) => FILTERED.has(word));
  return code ?? (moderated || FILTERED_MESSAGE.test(message) ? 'content_filter' : undefined);
}

function kindOf(status: number, { words, message }: ErrorFacts): FaultKind {
  if (anyOf(words, UNUSABLE) || UNUSABLE_MESSAGE.test(message)) return 'unusable';
  if (status === 429) return 'saturated';
  if (status === 404 && REJECTED_MESSAGE.test(message)) return 'rejected';
  if (status < 400 || UNUSABLE_STATUS.has(status)) return 'unusable';
  if (anyOf(words, TOO_LONG) || TOO_LONG_MESSAGE.test(message)) return 'context_too_long';
  return status === 408 || status >= 500 ? 'server_error' : 'rejected';
}

function anyOf(words: ReadonlySet<string>, codes: ReadonlySet<string>): boolean {
  return [...words].some((word) => codes.has(word));
}
