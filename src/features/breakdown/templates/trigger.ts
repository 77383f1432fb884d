import type { Language } from '../../../llm/language/language.js';
import { stem, wordsOf } from '../../../llm/language/words.js';
import type { MatchableText } from './matchable-text.js';

/** The words of a trigger must lie this close together: far apart they hardly belong to one thought. */
const WINDOW = 8;
const NUMBER = /^\d{1,3}$/;
const ORDINAL = /^\d{1,3}(?:st|nd|rd|th)$/;

/** From the first to the last word that a trigger matched. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

type Term = { readonly stems: ReadonlySet<string>; readonly endings: readonly string[] } | 'place' | 'nth' | 'number';

/**
 * Words that only a text about the matter puts side by side: all terms of it, in any order, close together. `a|b` is either,
 * `*a` any compound that ends in it, `<place>` a place with a name, `<nth>` an ordinal and `<number>` a
 * plain number.
 */
export type Trigger = readonly Term[];

/** Reads a trigger as the template files write it. */
export function parseTrigger(source: string, language: Language): Trigger {
  return source.split(' ').map((term) => {
    if (term === '<place>') return 'place';
    if (term === '<nth>') return 'nth';
    if (term === '<number>') return 'number';
    const words = term.split('|');
    const whole = words.filter((word) => !word.startsWith('*')).flatMap((word) => wordsOf(word));
    const endings = words.filter((word) => word.startsWith('*')).map((word) => word.slice(1));
    return { stems: new Set(whole.map((word) => stem(word, language))), endings };
  });
}

/** Where a trigger matches first; undefined when it does not. */
export function matchTrigger(trigger: Trigger, text: MatchableText): Span | undefined {
  // Nearly every trigger ends here: the search below is for those whose terms are all in the text.
  if (!trigger.every((term) => occurs(term, text))) return undefined;
  const terms = trigger.filter((term) => term !== 'place');
  for (let start = 0; start < text.words.length; start += 1) {
    if (!terms.some((term) => matches(term, text, start))) continue;
    const last = Math.min(start + WINDOW, text.words.length);
    const found = terms.map((term) => indexWithin(term, text, start, last));
    if (!found.includes(-1) && new Set(found).size === found.length) return { start, end: Math.max(...found) };
  }
  return undefined;
}

/** Whether a term matches anywhere. */
function occurs(term: Term, text: MatchableText): boolean {
  if (term === 'place') return text.hasNamedPlace;
  if (typeof term === 'object') {
    for (const word of term.stems) if (text.known.has(word)) return true;
    if (term.endings.length === 0) return false;
  }
  return text.words.some((_, index) => matches(term, text, index));
}

function indexWithin(term: Term, text: MatchableText, start: number, end: number): number {
  for (let index = start; index < end; index += 1) if (matches(term, text, index)) return index;
  return -1;
}

function matches(term: Term, text: MatchableText, index: number): boolean {
  if (term === 'place') return text.hasNamedPlace;
  if (term === 'number') return NUMBER.test(text.words[index] ?? '');
  if (term === 'nth') return ORDINAL.test(text.words[index] ?? '');
  const word = text.words[index] ?? '';
  return term.stems.has(text.stems[index] ?? '') || term.endings.some((ending) => word.endsWith(ending));
}
