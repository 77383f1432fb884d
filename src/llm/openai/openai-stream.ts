import { asObject, deeperThan, parseJsonExactly } from '../http/json.js';
import { embeddedFault } from '../http/status-fault.js';
import type { ChatChunk, ChatCompletion } from '../provider.js';
import type { EventTranslator } from '../stream/read-stream.js';
import { factsOf } from '../stream/chunk-facts.js';
import { ChunkPattern } from './chunk-pattern.js';
import { isError, readCompletion, type CompletionContext } from './completion.js';
import { RunChunk } from './run-chunk.js';
import { SoundChoices } from './sound-choices.js';

const LAST_EVENT = '[DONE]';

/** No chunk is nested like this. */
const DEEPEST = 100;

/** Reads a stream of chat completions. An event that is no chunk is skipped: the stream's end shows whether the rest is whole. */
export function chunkReader(context: CompletionContext): EventTranslator {
  const { headers, clock } = context;
  const sound = new SoundChoices();
  let pattern: ChunkPattern | undefined;
  const read = (data: string): ReturnType<EventTranslator['read']> => {
    const run = pattern?.match(data);
    if (run) return [new RunChunk(run)];
    if (data === LAST_EVENT) return 'done';
    const body = asObject(parseJsonExactly(data));
    if (!body) return [];
    if (isError(body['error']) || body['object'] === 'error') throw embeddedFault(body, headers, clock);
    // Groq puts the error that stopped a stream into a field of its own, perhaps beside a finish reason.
    const ofGroq = asObject(body['x_groq']);
    if (isError(ofGroq?.['error'])) throw embeddedFault(ofGroq, headers, clock);
    // Some servers send token counts alone, without even an empty list of choices.
    const listed = body['choices'] ?? (asObject(body['usage']) && []);
    if (!Array.isArray(listed)) return [];
    const failed = listed.map((choice) => asObject(choice)).find((choice) => choice && isError(choice['error']));
    if (failed) throw embeddedFault(failed, headers, clock);
    if (data.length > LONG && deeperThan(DEEPEST, body)) return [];
    const choices = sound.of(listed);
    if (!choices) return [];
    // Each line of an event's data needs its own `data:`, so JSON that came in several lines is written anew, in one.
    if (choices !== body['choices'] || data.includes('\n')) return [{ body: { ...body, choices } }];
    const chunk = { body, text: data };
    pattern = ChunkPattern.of(data, factsOf(chunk), body['usage']) ?? pattern;
    return [chunk];
  };
  const skim = (text: string, from: number) => {
    const found = pattern?.matchAll(text, from);
    return found && { chunk: new RunChunk(found.run), end: found.end };
  };
  return { read, skim, whole: (text) => chunksOf(readCompletion(text, context)) };
}

/** Shorter data cannot be nested deeply enough to matter. */
const LONG = 1000;

/** A whole answer as the chunks of a stream. */
export function chunksOf(completion: ChatCompletion): ChatChunk[] {
  const { choices, usage, ...common } = completion;
  const chunk = (fields: object): ChatChunk => ({ body: { ...common, object: 'chat.completion.chunk', ...fields } });
  const deltas = choices.map(({ message, ...choice }) => ({
    ...choice,
    delta: { ...message, ...indexed(message['tool_calls']) },
    finish_reason: null,
  }));
  const ends = choices.map(({ index, finish_reason }) => ({ index, delta: {}, finish_reason }));
  return [chunk({ choices: deltas }), chunk({ choices: ends }), chunk({ choices: [], usage })];
}

/** In a stream every tool call has an index. */
function indexed(calls: unknown): object {
  if (!Array.isArray(calls)) return {};
  return { tool_calls: (calls as unknown[]).map((call, index) => ({ index, ...asObject(call) })) };
}
