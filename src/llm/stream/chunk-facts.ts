import { asObject } from '../http/json.js';
import type { ChatChunk, ChunkFacts } from '../provider.js';

/** The names that servers give to a model's reasoning. */
const THOUGHTS = new Set(['reasoning', 'reasoning_content', 'reasoning_details', 'thinking']);

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
    if (typeof choice?.['finish_reason'] === 'string' && choice['finish_reason'] !== '')
      finish = choice['finish_reason'];
    for (const [name, said] of Object.entries(delta)) {
      if (MARKS.has(name) || isNothing(said)) continue;
      if (name === 'content' && typeof said === 'string') text += said;
      else if (!THOUGHTS.has(name)) other = 'more';
      else if (other === 'none') other = 'thought';
    }
  }
  return { text, other, finish };
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
