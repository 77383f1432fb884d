import { FOREIGN_WORDS, FUNCTION_WORDS } from './function-words.js';
import type { Language } from './language.js';
import { LANGUAGES } from './language.js';
import { sensesOf, wordsNamed } from './lexicon/lookup.js';
import { fold } from './words.js';

/** Enough to be sure, few enough to stay cheap on a long text. */
const WORDS_READ = 120;
const FUNCTION_WORD = 2;
const LEXICON_WORD = 1.5;

type Speech = Language | 'other';
type Scores = Record<Speech, number>;

/** Letters of all languages: a word of these alone gives nothing away by them. */
const PLAIN_LETTERS = /^[a-z]+$/;

/** Letters that give a language away, tested on the word before folding. */
const LETTERS: readonly (readonly [RegExp, Speech, number])[] = [
  [/ß/u, 'de', 3],
  [/[äöü]/u, 'de', 1.5],
  [/[ñ¿¡]/u, 'es', 3],
  [/[áíóú]/u, 'es', 1.5],
  [/[çœèêëâîïôûùà]/u, 'fr', 1.5],
  [/é/u, 'fr', 0.8],
  [/é/u, 'es', 0.4],
  [/[ãõ]/u, 'other', 2],
  [/[ąęłśżźćčšžřěůőűğışțșåøæ]/u, 'other', 2],
];

/** Endings of folded words; weak, for texts without a single known word. */
const ENDINGS: readonly (readonly [RegExp, Speech, number])[] = [
  [/.{3}(?:ung|ungen|keit|heit|schaft|chen|ieren|igen)$/, 'de', 1],
  [/.{3}e[lr]n$/, 'de', 0.6],
  [
    /.{4}(?:wechsel|feier|termin|arbeit|kuchen|karte|versicherung|reparatur|zimmer|schrank|garten|plan|geschenk|kauf)$/,
    'de',
    0.6,
  ],
  [/^(?:be|ver|er|ent|zer|auf|ein|aus|ab|an|vor|um)[a-z]{4,}en$/, 'de', 1],
  [/.{3}(?:ing|ness|ful|ght|ly)$/, 'en', 0.8],
  [/.{3}(?:cion|ciones|dad|illo|illa)$/, 'es', 1],
  [/.{3}ar$/, 'es', 0.6],
  [/.{3}(?:eux|euse|eau|eaux|aire|oir|age)$/, 'fr', 0.6],
  [/.{3}(?:zione|ezza|aggio|ij|tje|ski|ego|lar|ler)$/, 'other', 1],
];

/** Most words have none of them. */
const ANY_ENDING = new RegExp(ENDINGS.map(([ending]) => ending.source).join('|'));

type Weight = readonly [Speech, number];

/** What each function word and lexicon word says, for all languages: half of a text and more are such words. */
const KNOWN_WORDS = buildIndex();

function buildIndex(): ReadonlyMap<string, readonly Weight[]> {
  const speakers = new Map<string, Set<Speech>>();
  const lists: readonly (readonly [Speech, string])[] = [
    ...LANGUAGES.map((language) => [language, FUNCTION_WORDS[language]] as const),
    ['other', FOREIGN_WORDS],
  ];
  for (const [speech, list] of lists) {
    for (const word of list.split(' ').filter((entry) => entry !== '')) {
      speakers.set(word, (speakers.get(word) ?? new Set<Speech>()).add(speech));
    }
  }
  const index = new Map<string, readonly Weight[]>();
  for (const language of LANGUAGES) for (const word of wordsNamed(language)) index.set(word, weightsOf(word));
  for (const [word, set] of speakers) {
    const asFunction = [...set].map((speech): Weight => [speech, FUNCTION_WORD / set.size]);
    index.set(word, [...asFunction, ...lexiconWeights(word)]);
  }
  return index;
}

/** The language of a text, and whether anything in it spoke for that language. */
export interface DetectedLanguage {
  readonly language: Language;
  /** False when the text gives no hint of one of our languages; the language is then English. */
  readonly certain: boolean;
}

/** Tells English, German, French and Spanish apart, also in a text of three words. English when nothing else speaks. */
export function detectLanguage(text: string): DetectedLanguage {
  const scores: Scores = { en: 0, de: 0, fr: 0, es: 0, other: 0 };
  const words = text
    .toLowerCase()
    .normalize('NFC')
    .match(/[\p{L}\p{M}¿¡]{1,40}/gu);
  for (const word of words?.slice(0, WORDS_READ) ?? []) scoreWord(word, scores);
  const best = LANGUAGES.reduce((leader, language) => (scores[language] > scores[leader] ? language : leader), 'en');
  const certain = scores[best] > 0 && scores[best] > scores.other;
  return certain ? { language: best, certain } : { language: 'en', certain: false };
}

function scoreLetters(word: string, scores: Scores): void {
  for (const [letters, speech, weight] of LETTERS) if (letters.test(word)) scores[speech] += weight;
  if (/[^\p{Script=Latin}\p{M}¿¡]/u.test(word)) scores.other += 1;
}

function lexiconWeights(folded: string): Weight[] {
  const speakers = LANGUAGES.filter((language) => sensesOf(folded, language).length > 0);
  return speakers.map((language) => [language, LEXICON_WORD]);
}

/** What a word says when it is no function word. */
function weightsOf(folded: string): Weight[] {
  const weights = lexiconWeights(folded);
  if (ANY_ENDING.test(folded))
    for (const [ending, speech, weight] of ENDINGS) if (ending.test(folded)) weights.push([speech, weight]);
  return weights;
}

function scoreWord(word: string, scores: Scores): void {
  const isPlain = PLAIN_LETTERS.test(word);
  if (!isPlain) scoreLetters(word, scores);
  const folded = isPlain ? word : fold(word);
  for (const [speech, weight] of KNOWN_WORDS.get(folded) ?? weightsOf(folded)) scores[speech] += weight;
}
