import { parseJson } from './http/json.js';

/** Candidates in braces that are looked at: a parse error is slow, and an answer may consist of such candidates. */
const MOST_TRIED = 50;

/**
 * The largest JSON object in a text, for models that add words to an answer that should be JSON alone. Undefined when there is
 * none, or when one is not closed: the answer was cut off, and objects in it are only parts. Linear in the text.
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

/** The index after the brace that closes the one at `start`; braces in strings do not count. */
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
