import { asObject, type JsonObject } from '../http/json.js';
import type { ChatChunk, ChunkFacts } from '../provider.js';

/** The names that servers give to a model's reasoning, and to notes about the answer. */
const THOUGHTS = new Set([
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking',
  'thinking_blocks', // LiteLLM
  'provider_specific_fields', // LiteLLM
  'reasoning_text', // GitHub Copilot
  'reasoning_opaque', // GitHub Copilot
]);

/** Fields that name the role or the channel (Groq): nothing that another model would have to repeat. */
const MARKS = new Set(['role', 'channel']);

/** Reads what a chunk adds. A chunk of unknown shape adds nothing. */
export function factsOf(chunk: ChatChunk): ChunkFacts {
  if (chunk.words !== undefined) return { text: chunk.words, other: 'none', finish: undefined };
  const choices: readonly unknown[] = Array.isArray(chunk.body['choices']) ? chunk.body['choices'] : [];
  let text = '';
  let other: ChunkFacts['other'] = 'none';
  let finish: string | undefined;
  for (const value of choices) {
    const choice = asObject(value);
    const delta = asObject(choice?.['delta']) ?? {};
    if (choice?.['index'] !== undefined && choice['index'] !== 0) other = 'more';
    finish = finishOf(choice) ?? finish;
    for (const [name, said] of saidIn(delta)) {
      if (name === 'content' && typeof said === 'string') text += said;
      else if (!THOUGHTS.has(name)) other = 'more';
      else if (other === 'none') other = 'thought';
    }
  }
  return { text, other, finish };
}

/** The finish reason of one choice; servers also send null or an empty text before the end. */
export function finishOf(choice: JsonObject | undefined): string | undefined {
  const finish = choice?.['finish_reason'];
  return typeof finish === 'string' && finish !== '' ? finish : undefined;
}

/** Whether one choice of a chunk adds anything to its answer. */
export function speaks(choice: JsonObject | undefined): boolean {
  return saidIn(asObject(choice?.['delta']) ?? {}).length > 0;
}

function saidIn(delta: JsonObject): [name: string, said: unknown][] {
  return Object.entries(delta).filter(([name, said]) => !MARKS.has(name) && !isNothing(said));
}

function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === undefined || value === '';
}
