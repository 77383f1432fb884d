import { CLOSERS_OF_LISTS, isAbbreviation } from './abbreviations.js';
import type { Language } from './language.js';

const LETTER = /\p{L}/u;
const MARK = /[.!?…]/;
const BRACKET = /[()]/;
const CLOSING = /[)’'»”"]/;

/** Whether a sentence may begin with a small letter: in notes it may, in running text a dot before one is an abbreviation's. */
export type SentenceStart = 'capital' | 'any';

/**
 * The sentences of a text, each with its mark. The dots of abbreviations, ordinals and dates end none, nor does anything within
 * brackets. One pass, linear in the text.
 */
export function sentencesOf(text: string, language: Language, start: SentenceStart = 'capital'): string[] {
  if (text !== '' && !MARK.test(text)) return [text];
  const brackets = bracketsOf(text);
  const sentences: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    depth += brackets.get(at) ?? 0;
    if (depth > 0 || !MARK.test(text.charAt(at))) continue;
    const mark = at;
    while (MARK.test(text.charAt(at + 1)) || (CLOSING.test(text.charAt(at + 1)) && !brackets.has(at + 1))) at += 1;
    const next = at + 1 + blanksAt(text, at + 1);
    if (next === at + 1 || next >= text.length || !endsAt(text, mark, next, language, start)) continue;
    sentences.push(text.slice(from, at + 1));
    from = next;
  }
  return from < text.length ? [...sentences, text.slice(from)] : sentences;
}

/** The text without brackets that have no partner. */
export function withBalancedBrackets(text: string): string {
  if (!BRACKET.test(text)) return text;
  const brackets = bracketsOf(text);
  return [...text.matchAll(/[()]/g)].every(({ index }) => brackets.has(index))
    ? text
    : Array.from({ length: text.length }, (_, index) => text.charAt(index))
        .filter((unit, index) => !/[()]/.test(unit) || brackets.has(index))
        .join('');
}

/** Where brackets with a partner open (+1) and close (-1). */
function bracketsOf(text: string): ReadonlyMap<number, 1 | -1> {
  const pairs = new Map<number, 1 | -1>();
  if (!BRACKET.test(text)) return pairs;
  const open: number[] = [];
  for (const { index, 0: bracket } of text.matchAll(/[()]/g)) {
    if (bracket === '(') {
      open.push(index);
      continue;
    }
    const partner = open.pop();
    if (partner !== undefined) pairs.set(partner, 1).set(index, -1);
  }
  return pairs;
}

function blanksAt(text: string, index: number): number {
  let end = index;
  while (/\s/.test(text.charAt(end))) end += 1;
  return end - index;
}

function endsAt(text: string, mark: number, next: number, language: Language, start: SentenceStart): boolean {
  if (/[!?]/.test(text.charAt(mark))) return true;
  const first = String.fromCodePoint(text.codePointAt(next) ?? 0);
  if (/\p{N}/u.test(first) || (start === 'capital' && /\p{Ll}/u.test(first))) return false;
  if (/[)’']/.test(text.charAt(mark - 1))) return true;
  const word = wordBefore(text, mark);
  // "Plan B.", "z. B.", "M.": one letter with a dot is short for something more often than it ends a sentence.
  if (word.length < 2) return false;
  if (!isAbbreviation(word, language)) return true;
  return language !== 'de' && CLOSERS_OF_LISTS.has(word.toLowerCase());
}

/** No abbreviation is longer than this; a look back is bounded by it. */
const LONGEST_LOOK_BACK = 24;

function wordBefore(text: string, end: number): string {
  let start = end;
  while (start > 0 && end - start < LONGEST_LOOK_BACK && LETTER.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, end);
}
