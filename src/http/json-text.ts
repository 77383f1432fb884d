const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;

/** What one pass over a JSON text finds before the text is parsed. */
export interface JsonTextFacts {
  /** Whether it is nested more deeply than allowed. */
  tooDeep: boolean;
  /** How often a member is named, in all objects together. */
  members: number;
  /** Upper bound of its values and members: one, and one more for each comma and each opening bracket. */
  values: number;
  /** Whether there are `\u` escapes: the only way for NUL and lone surrogates to enter, when the bytes are UTF-8. */
  escapes: boolean;
}

/** Scans a text that may or may not be JSON. Linear, without recursion, so that depth 100,000 costs no stack. */
export function scanJson(text: string, maxDepth: number): JsonTextFacts {
  let depth = 0;
  let members = 0;
  let values = 1;
  let escapes = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) {
          if (text.charCodeAt(at) !== BACKSLASH) continue;
          if (text.charCodeAt(++at) === 0x75) escapes = true;
        }
        break;
      case COLON:
        members++;
        break;
      case COMMA:
        values++;
        break;
      case 0x7b:
      case 0x5b:
        values++;
        if (++depth > maxDepth) return { tooDeep: true, members, values, escapes };
        break;
      case 0x7d:
      case 0x5d:
        depth--;
        break;
    }
  }
  return { tooDeep: false, members, values, escapes };
}
