import type { Language } from './language.js';
import { perLanguage } from './language.js';

/** Longer "words" are noise; cutting them keeps every look-up cheap, whatever the text. */
export const LONGEST_WORD = 40;

/** Text without diacritics, as most texts are: it needs no normalisation. */
const ASCII = /^[\x20-\x7e]*$/;

/** Lower case without diacritics, so that "Größe" and "grosse", "mañana" and "manana" are one word. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '');
}

/** The words of a text, folded, in order, at most `limit`. Apostrophes and hyphens separate words. */
export function wordsOf(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const words = fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, limit).map((word) => (word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD) : word));
}

const ENDINGS = {
  en: ['ings', 'ing', 'ies', 'es', 'ed', 's', 'e', 'y'],
  de: ['ern', 'en', 'er', 'em', 'es', 'e', 'n', 's'],
  fr: ['es', 'er', 'ez', 'e', 's', 'x'],
  es: ['es', 'os', 'as', 'ar', 'er', 'ir', 'o', 'a', 'e', 's'],
} satisfies Record<Language, readonly string[]>;

/** The endings by their last letter: many words end otherwise, and stay as they are. */
const ENDINGS_BY_LETTER = perLanguage((language) => Map.groupBy(ENDINGS[language], lastLetterOf));

function lastLetterOf(text: string): string {
  return text.slice(-1);
}

/** A light stem of a folded word: one ending less, never shorter than three letters. */
export function stem(word: string, language: Language): string {
  const endings = ENDINGS_BY_LETTER[language].get(lastLetterOf(word));
  if (endings === undefined) return word;
  for (const ending of endings) {
    if (word.length - ending.length < 3 || !word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    // running -> runn -> run
    return language === 'en' && ending.startsWith('in') && rest.length > 3 && rest.at(-1) === rest.at(-2)
      ? rest.slice(0, -1)
      : rest;
  }
  return word;
}
