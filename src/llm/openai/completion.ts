import { createHash } from 'node:crypto';
import type { Clock } from '../../reliability/ports.js';
import { asObject, deeperThan, parseJsonExactly, type JsonObject } from '../http/json.js';
import type { AnswerHeaders } from '../http/retry-after.js';
import { embeddedFault, refusedContent } from '../http/status-fault.js';
import { ProviderFault, type FaultKind } from '../provider-fault.js';
import type { ChatChoice, ChatCompletion, TokenCounts } from '../provider.js';
import { begunCall, callInText } from './tool-call.js';

export interface CompletionContext {
  /** The model that was asked. */
  readonly model: string;
  readonly headers: AnswerHeaders;
  readonly clock: Clock;
  /** Whether an answer that declares its own early end is accepted: see `ProviderCall.verbatim`. */
  readonly verbatim?: boolean | undefined;
  /** See `ProviderCall.mayBeEmpty`. */
  readonly mayBeEmpty?: boolean | undefined;
}

/** No completion is nested more deeply; one that is could overflow the stack when it is written as JSON again. */
const DEEPEST = 100;
const ID_LENGTH = 24;

/**
 * Reads the body of a success, filling in what servers leave out.
 * @throws ProviderFault when it is no whole and usable completion; with its token counts, where it has them.
 */
export function readCompletion(text: string, context: CompletionContext): ChatCompletion {
  const body = asObject(parseJsonExactly(text));
  if (!body || deeperThan(DEEPEST, body)) throw notACompletion();
  try {
    return completionOf(body, text, context);
  } catch (error) {
    if (error instanceof ProviderFault && asObject(body['usage'])) throw withUsage(error, tokenCounts(body['usage']));
    throw error;
  }
}

function completionOf(body: JsonObject, text: string, context: CompletionContext): ChatCompletion {
  const { headers, clock } = context;
  if (isError(body['error']) || body['object'] === 'error') throw embeddedFault(body, headers, clock);
  const { id, created, model, choices, usage } = body;
  if (!Array.isArray(choices) || choices.length === 0) throw notACompletion();
  return {
    ...body,
    id: isText(id) ? id : `chatcmpl-${createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH)}`,
    object: 'chat.completion',
    created: isCount(created) ? created : Math.floor(clock.epochMs() / 1000),
    model: isText(model) ? model : context.model,
    choices: choices.map((choice, index) => readChoice(choice, index, context)),
    usage: tokenCounts(usage),
  };
}

function readChoice(value: unknown, position: number, context: CompletionContext): ChatChoice {
  const { headers, clock, verbatim = false, mayBeEmpty = false } = context;
  const choice = asObject(value);
  if (choice && isError(choice['error'])) throw embeddedFault(choice, headers, clock);
  const message = asObject(choice?.['message']);
  if (!message) throw notACompletion();
  const finish = isText(choice?.['finish_reason']) ? choice['finish_reason'] : undefined;
  const refuses = isText(message['refusal']);
  if (refuses && !verbatim) throw refusedContent('refusal');
  if (verbatim && choice?.['finish_reason'] === null && !callsTools(message)) throw cutShort();
  const explained = explainsItsEnd(finish, verbatim) || refuses;
  const content = contentOf(message['content']);
  if (content === undefined) throw notACompletion();
  // A client may have asked for blanks; a plan cannot be read out of them.
  const says = verbatim ? isText(content) : !isBlank(content);
  if (!says && !explained && !speaksOtherwise(message)) {
    if (finish === undefined || !('content' in message)) throw notACompletion();
    if (!mayBeEmpty) throw saysNothing();
  }
  const { index } = choice ?? {};
  return {
    ...choice,
    index: isCount(index) ? index : position,
    message: {
      ...message,
      ...thoughtsIn(message['content']),
      ...withCalls(message['tool_calls']),
      role: 'assistant',
      content,
    },
    finish_reason: finish ?? (isFilled(message['tool_calls']) ? 'tool_calls' : 'stop'),
  };
}

/**
 * Whether the finish reason explains an answer that is short or empty.
 * @throws ProviderFault when such an answer is not accepted.
 */
export function explainsItsEnd(finish: string | undefined, verbatim: boolean): boolean {
  const unfinished = UNFINISHED.get(finish?.toLowerCase() ?? '');
  if (!unfinished) return false;
  if (verbatim && unfinished !== 'server_error') return true;
  if (unfinished === 'content_filtered') throw refusedContent('content_filter');
  throw new ProviderFault(unfinished, { detail: 'The provider did not finish its answer.' });
}

/** Finish reasons of unfinished answers; `stop`, `tool_calls` and words of a provider's own stand for a whole answer. */
const UNFINISHED: ReadonlyMap<string, Extract<FaultKind, 'truncated' | 'content_filtered' | 'server_error'>> = new Map([
  ['length', 'truncated'],
  ['max_tokens', 'truncated'],
  ['max_output_tokens', 'truncated'],
  ['model_length', 'truncated'], // Mistral
  ['model_context_window_exceeded', 'truncated'],
  ['content_filter', 'content_filtered'],
  ['content_filtered', 'content_filtered'],
  ['refusal', 'content_filtered'],
  ['safety', 'content_filtered'], // Gemini
  ['sensitive', 'content_filtered'], // Z.ai
  ['error', 'server_error'], // OpenRouter
  ['abort', 'server_error'], // SGLang, vLLM
  ['network_error', 'server_error'], // Z.ai
  ['insufficient_system_resource', 'server_error'], // DeepSeek
]);

/** The text of a message: some servers send a list of parts. Undefined: something that is no text at all. */
export function contentOf(content: unknown): string | null | undefined {
  if (content === null || content === undefined) return null;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) => (typeof part === 'string' ? part : asObject(part)?.['text']));
  return texts.filter((text) => typeof text === 'string').join('');
}

/** The thoughts among the parts of a content (from Mistral), under the name that most servers give them; nothing where none are. */
export function thoughtsIn(content: unknown): object {
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  const thinking = parts.map((part) => asObject(part)).filter((part) => part?.['type'] === 'thinking');
  const thoughts = thinking.map((part) => contentOf(part?.['thinking']) ?? '').join('');
  return thoughts === '' ? {} : { reasoning_content: thoughts };
}

function withCalls(calls: unknown): object {
  if (!Array.isArray(calls)) return {};
  const sound = (call: JsonObject | undefined) => call && begunCall(callInText(call));
  return { tool_calls: calls.map((call: unknown) => sound(asObject(call)) ?? call) };
}

function callsTools(message: JsonObject): boolean {
  return isFilled(message['tool_calls']) || asObject(message['function_call']) !== undefined;
}

/** Whether a message without text says something: calls a tool, or is a voice or an image. */
function speaksOtherwise(message: JsonObject): boolean {
  return callsTools(message) || isFilled(message['images']) || asObject(message['audio']) !== undefined;
}

export function tokenCounts(value: unknown): TokenCounts {
  const usage = asObject(value);
  const count = (name: string) => (isCount(usage?.[name]) ? usage[name] : 0);
  const [input, output] = [count('prompt_tokens'), count('completion_tokens')];
  return {
    ...usage,
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: count('total_tokens') || input + output,
  };
}

function withUsage(fault: ProviderFault, usage: TokenCounts): ProviderFault {
  const waitMs = fault.statedRetryAfterMs;
  return new ProviderFault(fault.kind, {
    detail: fault.detail,
    usage,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
}

export function notACompletion(): ProviderFault {
  return new ProviderFault('malformed', { detail: 'What the provider sent was no completion.' });
}

/** A finish reason of null says that the answer has not ended; an absent one says nothing. */
function cutShort(): ProviderFault {
  return new ProviderFault('reset', { detail: 'The answer ended before it was whole.' });
}

/** A completion with nothing in it. */
export function saysNothing(): ProviderFault {
  return new ProviderFault('empty', { detail: 'What the provider sent was an empty answer.' });
}

export function isError(value: unknown): boolean {
  return isText(value) || asObject(value) !== undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isBlank(value: string | null): boolean {
  return value === null || value.trim() === '';
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
