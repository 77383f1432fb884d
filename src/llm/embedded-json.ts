import { parseJson } from './http/json.js';

/** Words in braces that are looked at: a refusal of the parser is slow, and an answer may hold nothing else. */
const MOST_TRIED = 50;

/**
 * The largest JSON object among the words of a text, for models that introduce or explain what should have stood alone; undefined
 * when there is none. One that is not closed has been cut off: what stands in it is only a part of an answer. Linear in the text.
 */
export function embeddedObject(text: string): unknown {
  let found: unknown;
  let longest = 0;
  let tried = 0;
  for (let start = text.indexOf('{'); start !== -1 && tried < MOST_TRIED; tried++) {
    const end = endOfObject(text, start);
    if (end === undefined) return undefined;
    const json = end - start > longest ? parseJson(text.slice(start, end)) : undefined;
    if (json !== undefined) [found, longest] = [json, end - start];
    start = text.indexOf('{', end);
  }
  return found;
}

/** Behind the brace that closes the one at `start`, whatever stands in strings. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{') depth += 1;
    else if (char === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}
