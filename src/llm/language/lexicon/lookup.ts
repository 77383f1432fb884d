import type { Language } from '../language.js';
import { perLanguage } from '../language.js';
import { LONGEST_WORD, stem, wordsOf } from '../words.js';
import { DE } from './de.js';
import { EN } from './en.js';
import { ES } from './es.js';
import { FR } from './fr.js';
import type { Lexicon, TaskKind } from './task-kind.js';
import { TASK_KINDS } from './task-kind.js';

const LEXICONS = { en: EN, de: DE, fr: FR, es: ES } satisfies Record<Language, Lexicon>;
const SHORTEST_PREFIX = 2;
const SHORTEST_PART = 4;

/** What one word says about the kind of task, and how it says it. */
export interface WordSense {
  readonly kind: TaskKind;
  readonly role: 'verb' | 'thing' | 'hint';
}

type Index = ReadonlyMap<string, readonly WordSense[]>;

function indexOf(lexicon: Lexicon): Index {
  const index = new Map<string, WordSense[]>();
  for (const kind of TASK_KINDS) {
    const { verbs = '', things = '', hints = '' } = lexicon[kind];
    for (const [role, list] of [
      ['verb', verbs],
      ['thing', things],
      ['hint', hints],
    ] as const) {
      for (const word of list.split(' ')) {
        if (word === '') continue;
        const senses = index.get(word) ?? [];
        senses.push({ kind, role });
        index.set(word, senses);
      }
    }
  }
  return index;
}

const INDEXES = perLanguage((language) => indexOf(LEXICONS[language]));

function longestPrefix(word: string, index: Index): readonly WordSense[] | undefined {
  for (let length = word.length; length >= SHORTEST_PREFIX; length -= 1) {
    const senses = index.get(`${word.slice(0, length)}*`);
    if (senses !== undefined) return senses;
  }
  return undefined;
}

/** German joins nouns, and the last one says what it is: Betriebsausflug is an Ausflug. */
function lastPartOf(word: string, index: Index): readonly WordSense[] | undefined {
  for (let start = 3; start <= word.length - SHORTEST_PART; start += 1) {
    const senses = index.get(word.slice(start))?.filter(({ role }) => role === 'thing') ?? [];
    if (senses.length > 0) return senses;
  }
  return undefined;
}

/** What a folded word of the language says about the kind of task; empty when it says nothing. */
export function sensesOf(word: string, language: Language): readonly WordSense[] {
  // No word of a lexicon is that long; without this bound the search for a prefix grows with the square of the word.
  if (word.length > LONGEST_WORD) return [];
  const index = INDEXES[language];
  const exact =
    index.get(word) ?? (language === 'de' ? lastPartOf(word, index) : undefined) ?? longestPrefix(word, index);
  if (exact !== undefined) return exact;
  // calls -> call, parties -> party
  if (language === 'en') return index.get(stem(word, 'en')) ?? index.get(word.replace(/ies$/, 'y')) ?? [];
  // aufzuräumen -> aufräumen: the infinitive with "zu" inside
  const infinitive =
    language === 'de' && word.includes('zu', 2) ? longestPrefix(word.replace(/(?<=..)zu/, ''), index) : undefined;
  if (infinitive !== undefined) return infinitive;
  // plural s
  return (word.endsWith('s') ? index.get(word.slice(0, -1)) : undefined) ?? [];
}

/** The senses of each word of a text that has any, in order. */
export function sensesIn(text: string, language: Language, limit: number): readonly (readonly WordSense[])[] {
  return wordsOf(text, limit).map((word) => sensesOf(word, language));
}
