import type { Language } from '../language.js';
import { perLanguage } from '../language.js';
import { LONGEST_WORD, stem } from '../words.js';
import { DE } from './de.js';
import { EN } from './en.js';
import { ES } from './es.js';
import { FR } from './fr.js';
import type { Lexicon, TaskKind } from './task-kind.js';
import { TASK_KINDS } from './task-kind.js';

const LEXICONS = { en: EN, de: DE, fr: FR, es: ES } satisfies Record<Language, Lexicon>;
/** Entries with `*` are indexed by so many letters: none is shorter. */
const LETTERS_OF_PREFIX = 3;
/** Parts of compounds are indexed by so many last letters: shorter words are no part, and each has three letters before it. */
const LETTERS_OF_PART = 4;
const LETTERS_BEFORE_PART = 3;

/** What one word says about the kind of task, and how it says it. */
export interface WordSense {
  readonly kind: TaskKind;
  readonly role: 'verb' | 'thing' | 'hint';
}

type Entry = readonly [string, readonly WordSense[]];
/** Entries by their first or last letters, the longest first: most words of a text match none of these, and are done with. */
type Affixes = ReadonlyMap<string, readonly Entry[]>;

interface Index {
  readonly words: ReadonlyMap<string, readonly WordSense[]>;
  /** Entries that end in `*`, without it. */
  readonly prefixes: Affixes;
  /** The things among the words, as the last part of a compound. */
  readonly parts: Affixes;
}

function indexOf(lexicon: Lexicon): Index {
  const words = new Map<string, WordSense[]>();
  const prefixes = new Map<string, WordSense[]>();
  for (const kind of TASK_KINDS) {
    const { verbs = '', things = '', hints = '' } = lexicon[kind];
    for (const [role, list] of [
      ['verb', verbs],
      ['thing', things],
      ['hint', hints],
    ] as const) {
      for (const word of list.split(' ')) {
        if (word === '') continue;
        const [index, key] = word.endsWith('*') ? [prefixes, word.slice(0, -1)] : [words, word];
        const senses = index.get(key) ?? [];
        senses.push({ kind, role });
        index.set(key, senses);
      }
    }
  }
  const parts = [...words]
    .map(([word, senses]): Entry => [word, senses.filter(({ role }) => role === 'thing')])
    .filter(([word, senses]) => word.length >= LETTERS_OF_PART && senses.length > 0);
  return {
    words,
    prefixes: affixesOf([...prefixes], (prefix) => prefix.slice(0, LETTERS_OF_PREFIX)),
    parts: affixesOf(parts, (part) => part.slice(-LETTERS_OF_PART)),
  };
}

function affixesOf(entries: readonly Entry[], lettersOf: (affix: string) => string): Affixes {
  return Map.groupBy(
    entries.toSorted(([one], [other]) => other.length - one.length),
    ([affix]) => lettersOf(affix),
  );
}

const INDEXES = perLanguage((language) => indexOf(LEXICONS[language]));

function longestPrefix(word: string, { prefixes }: Index): readonly WordSense[] | undefined {
  const entries = prefixes.get(word.slice(0, LETTERS_OF_PREFIX));
  if (entries === undefined) return undefined;
  for (const [prefix, senses] of entries) if (word.startsWith(prefix)) return senses;
  return undefined;
}

/** German joins nouns, and the last one says what it is: Betriebsausflug is an Ausflug. */
function lastPartOf(word: string, { parts }: Index): readonly WordSense[] | undefined {
  const entries = parts.get(word.slice(-LETTERS_OF_PART));
  if (entries === undefined) return undefined;
  for (const [part, senses] of entries)
    if (word.length >= part.length + LETTERS_BEFORE_PART && word.endsWith(part)) return senses;
  return undefined;
}

function singularOf(word: string): string {
  return word.endsWith('ies') ? `${word.slice(0, -3)}y` : word;
}

/** What a folded word of the language says about the kind of task; empty when it says nothing. */
export function sensesOf(word: string, language: Language): readonly WordSense[] {
  // No word of a lexicon is that long.
  if (word.length > LONGEST_WORD) return [];
  const index = INDEXES[language];
  const exact =
    index.words.get(word) ?? (language === 'de' ? lastPartOf(word, index) : undefined) ?? longestPrefix(word, index);
  if (exact !== undefined) return exact;
  // calls -> call, parties -> party
  if (language === 'en') return index.words.get(stem(word, 'en')) ?? index.words.get(singularOf(word)) ?? [];
  // aufzuräumen -> aufräumen: the infinitive with "zu" inside
  const infinitive =
    language === 'de' && word.includes('zu', 2) ? longestPrefix(word.replace(/(?<=..)zu/, ''), index) : undefined;
  if (infinitive !== undefined) return infinitive;
  // plural s
  return (word.endsWith('s') ? index.words.get(word.slice(0, -1)) : undefined) ?? [];
}

/** The words that a lexicon names outright. */
export function wordsNamed(language: Language): Iterable<string> {
  return INDEXES[language].words.keys();
}
