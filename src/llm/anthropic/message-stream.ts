import { asObject, parseJsonExactly, type JsonObject } from '../http/json.js';
import { embeddedFault } from '../http/status-fault.js';
import { chunksOf } from '../openai/openai-stream.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatChunk, TokenCounts } from '../provider.js';
import type { EventTranslator } from '../stream/read-stream.js';
import { fromMessage, messageUsage, toTokenCounts, type AnswerContext } from './from-message.js';
import { toFinishReason } from './stop-reason.js';

interface OpenBlock {
  /** Its input is passed on to the client. */
  readonly isTold: boolean;
  /** It is a call of the answer tool: its input is the content of the answer. */
  readonly isAnswer: boolean;
  /** The index of the tool call in the answer; -1 for other blocks. */
  readonly call: number;
  /** The tool's input, unless it comes in pieces. */
  readonly input: JsonObject;
  /** Whether any of its input has come. */
  spoke: boolean;
}

export interface StreamContext extends AnswerContext {
  /** The most text that is kept back. */
  readonly maxAnswerBytes?: number;
}

/**
 * Translates the events of a streamed message into chunks. Where structure was asked for, text is kept back until the end: if
 * the model has not used the answer tool, the text is the answer.
 */
export class MessageStream implements EventTranslator {
  private id = '';
  private model: string;
  private readonly created: number;
  private readonly blocks = new Map<unknown, OpenBlock>();
  private usage: JsonObject = {};
  private calls = 0;
  /** The block that is open is the input of a tool. */
  private callsTool = false;
  private answered = false;
  private keptBack = '';

  constructor(private readonly context: StreamContext) {
    this.model = context.model;
    this.created = Math.floor(context.clock.epochMs() / 1000);
  }

  /** @throws ProviderFault when the event is an error, or ends the message without an answer. */
  read(data: string): ReturnType<EventTranslator['read']> {
    const event = asObject(parseJsonExactly(data));
    switch (event?.['type']) {
      case 'message_start':
        return this.start(asObject(event['message']) ?? {});
      case 'content_block_start':
        return this.startBlock(event);
      case 'content_block_delta':
        return this.delta(this.blocks.get(event['index']), asObject(event['delta']) ?? {});
      case 'content_block_stop':
        return this.stopBlock(this.blocks.get(event['index']));
      case 'message_delta':
        return this.end(event);
      case 'message_stop':
        return 'done';
      case 'ping':
        // A model may think for long about the next piece of a tool's input.
        return this.callsTool ? 'alive' : [];
      case 'error':
        throw embeddedFault(event, this.context.headers, this.context.clock);
      default:
        return [];
    }
  }

  whole(text: string): ChatChunk[] {
    return chunksOf(fromMessage(text, this.context));
  }

  private start({ id, model, usage }: JsonObject): ChatChunk[] {
    if (typeof id === 'string') this.id = id;
    if (typeof model === 'string') this.model = model;
    this.usage = asObject(usage) ?? {};
    return this.say({ role: 'assistant', content: '' });
  }

  private startBlock({ index, content_block: value }: JsonObject): ChatChunk[] | 'alive' {
    const block = asObject(value) ?? {};
    const isToolUse = block['type'] === 'tool_use';
    const answers = isToolUse && block['name'] === this.context.answerTool;
    const isCall = isToolUse && !answers;
    // Models call a tool several times at once: two objects in a row would be no JSON, so the first is the answer.
    const isAnswer = answers && !this.answered;
    this.answered ||= isAnswer;
    this.callsTool = isToolUse;
    const call = isCall ? this.calls++ : -1;
    this.blocks.set(index, {
      isTold: isAnswer || isCall,
      isAnswer,
      call,
      input: asObject(block['input']) ?? {},
      spoke: false,
    });
    if (block['type'] === 'text' && typeof block['text'] === 'string' && block['text'] !== '')
      return this.sayText(block['text']);
    if (!isCall) return [];
    return this.sayCall(call, { id: block['id'], type: 'function', function: { name: block['name'], arguments: '' } });
  }

  private delta(
    block: OpenBlock | undefined,
    { type, text, thinking, partial_json: json }: JsonObject,
  ): ChatChunk[] | 'alive' {
    if (type === 'text_delta' && typeof text === 'string') return this.sayText(text);
    if (type === 'thinking_delta' && typeof thinking === 'string') return this.say({ reasoning_content: thinking });
    if (type !== 'input_json_delta' || typeof json !== 'string' || json === '') return [];
    // A call without its beginning cannot be passed on, and without the call the answer is not whole.
    if (!block)
      throw new ProviderFault('malformed', { detail: 'The provider sent a call of a tool without its name.' });
    // Not passed on: tools that run on Anthropic's side, and a second call of the answer tool.
    if (!block.isTold) return 'alive';
    block.spoke = true;
    return block.isAnswer ? this.say({ content: json }) : this.sayCall(block.call, { function: { arguments: json } });
  }

  private stopBlock(block: OpenBlock | undefined): ChatChunk[] {
    this.callsTool = false;
    if (block?.isTold !== true || block.spoke) return [];
    block.spoke = true;
    const json = JSON.stringify(block.input);
    return block.isAnswer ? this.say({ content: json }) : this.sayCall(block.call, { function: { arguments: json } });
  }

  private end({ delta, usage }: JsonObject): ChatChunk[] {
    this.usage = { ...this.usage, ...stated(usage) };
    const stopReason = asObject(delta)?.['stop_reason'];
    if (typeof stopReason !== 'string' || stopReason === '') return [];
    const tokens = toTokenCounts(messageUsage.parse(this.usage));
    const { verbatim } = this.context;
    const finish = toFinishReason({ stopReason, callsTools: this.calls > 0, usage: tokens, verbatim });
    // The end of a block may be missing.
    const inputs = [...this.blocks.values()].flatMap((block) => this.stopBlock(block));
    const late = this.answered || this.keptBack === '' ? [] : this.say({ content: this.keptBack });
    return [...inputs, ...late, this.chunk([{ index: 0, delta: {}, finish_reason: finish }]), this.chunk([], tokens)];
  }

  private sayText(text: string): ChatChunk[] | 'alive' {
    if (this.context.answerTool === undefined) return this.say({ content: text });
    this.keptBack += text;
    if (this.keptBack.length > (this.context.maxAnswerBytes ?? Infinity)) throw new ProviderFault('too_large');
    return 'alive';
  }

  private sayCall(index: number, fields: object): ChatChunk[] {
    return this.say({ tool_calls: [{ index, ...fields }] });
  }

  private say(delta: object): ChatChunk[] {
    return [this.chunk([{ index: 0, delta, finish_reason: null }])];
  }

  private chunk(choices: readonly object[], usage?: TokenCounts): ChatChunk {
    const { id, created, model } = this;
    const body = { id, object: 'chat.completion.chunk', created, model, choices, ...(usage && { usage }) };
    return { body };
  }
}

/** The counts without those that are null, which means unchanged. */
function stated(usage: unknown): JsonObject {
  return Object.fromEntries(Object.entries(asObject(usage) ?? {}).filter(([, count]) => count !== null));
}
