import { z } from 'zod';
import { asObject, parseJsonExactly } from '../http/json.js';
import { type ChatMessage, textOf } from '../provider.js';
import type { Block, ToolUseBlock, Turn } from './messages-api.js';
import { textBlocks, toBlocks } from './to-blocks.js';
import { untranslatable } from './untranslatable.js';

/** Stands before an assistant's message that opens a chat: Anthropic wants the first turn to be the user's. */
const OPENING = '(continued)';

const toolCalls = z
  .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
  .nullish();

export interface Conversation {
  /** Empty when there is none. */
  readonly system: string;
  /** At least one, alternating, the user's first. */
  readonly turns: readonly Turn[];
}

/**
 * A chat in Anthropic's shape: instructions apart, turns that alternate.
 * @throws ProviderFault `rejected` when there is nothing to answer, or a message has no counterpart.
 */
export function toTurns(messages: readonly ChatMessage[]): Conversation {
  const system = joined(messages.filter(isInstruction).map(({ content }) => textOf(content)));
  const turns = merged(messages.filter((message) => !isInstruction(message)).map((message) => turnOf(message)));
  const [first] = turns;
  // Elsewhere instructions alone are a request too; here they become the user's turn.
  if (first === undefined) return { system: '', turns: [userTurn(system)] };
  return { system, turns: trimmedPrefill(first.role === 'user' ? turns : [userTurn(OPENING), ...turns]) };
}

/** Parts of a system prompt as one. */
export function joined(instructions: readonly string[]): string {
  return instructions.filter((text) => text.trim() !== '').join('\n\n');
}

function isInstruction({ role }: ChatMessage): boolean {
  return role === 'system' || role === 'developer';
}

function userTurn(text: string): Turn {
  const content = textBlocks(text);
  if (content.length === 0) throw untranslatable('a chat without words');
  return { role: 'user', content };
}

function turnOf(message: ChatMessage): Turn {
  // The predecessor of tool calls: without it the chat would be another one.
  if (message['function_call'] != null || (message.role as string) === 'function')
    throw untranslatable('calls of functions');
  if (message.role === 'assistant') {
    const { content, refusal, tool_calls: calls } = message;
    const said = [...toBlocks(content), ...(typeof refusal === 'string' ? textBlocks(refusal) : [])];
    return { role: 'assistant', content: [...said, ...toolUses(calls)] };
  }
  const content = toBlocks(message.content);
  if (message.role !== 'tool') return { role: 'user', content };
  const id = message['tool_call_id'];
  if (typeof id !== 'string') throw untranslatable('tool results that name no call');
  return { role: 'user', content: [{ type: 'tool_result', tool_use_id: toolUseId(id), content }] };
}

function toolUses(calls: unknown): ToolUseBlock[] {
  const parsed = toolCalls.safeParse(calls);
  if (!parsed.success) throw untranslatable('tool calls of this shape');
  return (parsed.data ?? []).map(({ id, function: { name, arguments: text } }) => ({
    type: 'tool_use',
    id: toolUseId(id),
    name,
    input: inputOf(text),
  }));
}

/** Ids that another provider gave may hold characters that Anthropic refuses. */
function toolUseId(id: string): string {
  return id.replaceAll(/[^\w-]/g, '_');
}

/** Models write arguments that are no object, and the call stays in the chat: their text is kept, in an object. */
function inputOf(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const input = text.trimStart().startsWith('{') ? asObject(parseJsonExactly(text)) : undefined;
  return { ...(input ?? { arguments: text }) };
}

function merged(turns: readonly Turn[]): Turn[] {
  const runs: { role: Turn['role']; content: Block[] }[] = [];
  for (const { role, content } of turns) {
    if (content.length === 0) continue;
    const last = runs.at(-1);
    if (last?.role === role) last.content.push(...content);
    else runs.push({ role, content: [...content] });
  }
  return runs.map(({ role, content }) => ({ role, content: resultsFirst(content) }));
}

/** Anthropic refuses a turn in which anything precedes the results of the calls before it. */
function resultsFirst(content: readonly Block[]): Block[] {
  const isResult = ({ type }: Block): boolean => type === 'tool_result';
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}

/** Anthropic refuses a prefill that ends in a space. */
function trimmedPrefill(turns: readonly Turn[]): readonly Turn[] {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || block?.type !== 'text') return turns;
  const content: Block[] = [...last.content.slice(0, -1), { ...block, text: block.text.trimEnd() }];
  return [...turns.slice(0, -1), { ...last, content }];
}
