import { FUNCTION_WORDS } from '../../language/function-words.js';
import type { Language } from '../../language/language.js';
import { sensesOf } from '../../language/lexicon/lookup.js';
import { fold } from '../../language/words.js';
import { KIN } from './kin.js';

const ARTICLE = {
  en: /^(?:the|a|an|my|our|some|his|her|their|up|out|for|about) /i,
  de: /^(?:der|die|das|den|dem|ein|eine|einen|einem|einer|mein|meine|meinen|meinem|meiner|unser|unsere|unseren|unserem) /i,
  fr: /^(?:l'|le |la |les |un |une |des |du |de la |de l'|mon |ma |mes |notre |nos |d'|de |à )/i,
  es: /^(?:el |la |los |las |un |una |unos |unas |mi |mis |nuestro |nuestra |a |con )/i,
} satisfies Record<Language, RegExp>;

const TOWARDS_SOMEBODY = {
  en: new RegExp(
    String.raw`^visit |^\p{L}+ to |^(?:take|bring|let|send|drive|help) (?:(?:the|my|our|his|her|their) )?(?:${KIN.en})(?!\p{L})`,
    'iu',
  ),
  de: / besuchen$/iu,
  fr: /^(?:visiter|emmener|amener|accompagner|conduire) |^\p{L}+ (?:à(?! jour )|aux?) /iu,
  es: /^visitar |^\p{L}+ al? /iu,
} satisfies Record<Language, RegExp>;

/** "Camp with the children", "move out of the flat": without the verb the rest is no thing. */
const SAYS_HOW = /^(?:with|in|into|on|at|of|from|through|de|avec|dans|chez|con) /i;

const ORDER = /^(\p{L}{3,}) (?:the|my|our|your|his|her|their|an?) \p{L}/iu;
const NO_VERBS = new Set(
  `${FUNCTION_WORDS.en} yesterday maybe perhaps because since while once during both even just only also still now here there did has had were like over under off last many most such`.split(
    ' ',
  ),
);

const INFINITIVE = {
  fr: /^\p{Ll}{2,}(?:er|ir|re)$/u,
  es: /^\p{Ll}{2,}(?:ar|er|ir)(?:me|nos|lo|la|le|se)?$/u,
  de: /^\p{Ll}{2,}(?:en|eln|ern)$/u,
} as const;

function isAction(word: string, language: Language): boolean {
  return sensesOf(fold(word), language).some(({ role }) => role !== 'thing');
}

function bare(word: string): string {
  return word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/** The word of a phrase that says what to do: the first one, in German mostly the last. */
function actionAt(words: readonly string[], language: Language): 'first' | 'last' | undefined {
  const first = bare(words[0] ?? '');
  const last = bare(words.at(-1) ?? '');
  if (language === 'en') return isAction(first, 'en') ? 'first' : undefined;
  if (language === 'de') {
    if (/^\p{Ll}/u.test(last) && INFINITIVE.de.test(last)) return 'last';
    if (isAction(last, 'de') && (words.length === 1 || !/^\p{Lu}/u.test(last))) return 'last';
    return words.length > 1 && isAction(first, 'de') && /(?:e|en|iere?)$/.test(first) && !first.endsWith('ung')
      ? 'first'
      : undefined;
  }
  return (INFINITIVE[language].test(first.toLowerCase()) && first.length > 3) ||
    (isAction(first, language) && words.length > 1)
    ? 'first'
    : undefined;
}

/** Whether a phrase says something to do, and is not merely a thing or a clause. */
export function saysWhatToDo(phrase: string, language: Language): boolean {
  // Only German puts the verb last: of other phrases the first word is enough, and that another one follows.
  const words = phrase.trim().split(/\s+/, language === 'de' ? undefined : 2);
  return actionAt(words, language) !== undefined;
}

/** Whether an English phrase begins like an order, with a verb that no lexicon knows: "Bathe the dog". */
export function soundsLikeOrder(phrase: string): boolean {
  const first = ORDER.exec(phrase)?.[1];
  return first !== undefined && !NO_VERBS.has(first.toLowerCase());
}

/** As {@link saysWhatToDo}; of a single word only where it is known: "beurre" and "azúcar" end like verbs. */
export function namesAction(phrase: string, language: Language): boolean {
  return phrase.includes(' ') ? saysWhatToDo(phrase, language) : isAction(phrase, language);
}

/** The phrase without article or possessive at its head. */
export function withoutArticle(phrase: string, language: Language): string {
  const rest = phrase.replace(ARTICLE[language], '').replace(ARTICLE[language], '');
  return rest === '' ? phrase : rest;
}

/**
 * The object of a phrase's action: the phrase without its verb and article. In German only where the rest begins with a noun,
 * because an adjective would keep the ending of a case that the new sentence does not have.
 */
export function objectOf(phrase: string, language: Language): string {
  const words = phrase.trim().split(/\s+/);
  const at = actionAt(words, language);
  if (words.length < 2 || words[0]?.endsWith(',') === true) return phrase;
  // Whom one visits or writes to is no thing that is made or booked.
  if (TOWARDS_SOMEBODY[language].test(phrase)) return phrase;
  if (language === 'de') {
    // "Garten winterfest machen": without its verb the rest is no thing.
    if (at === 'last' && /^\p{Ll}/u.test(words.at(-2) ?? '') && words.at(-2) !== 'zu') return phrase;
    const rest = (
      at === 'last' ? words.slice(0, words.at(-2) === 'zu' ? -2 : -1) : at === 'first' ? words.slice(1) : words
    ).join(' ');
    return germanNoun(rest) ?? phrase;
  }
  if (at !== 'first') return phrase;
  const rest = withoutArticle(words.slice(/^mettre à jour /i.test(phrase) ? 3 : 1).join(' '), language);
  return SAYS_HOW.test(rest) ? phrase : rest;
}

/** The rest of a German phrase without article, if it begins with a noun and not with a preposition or an adjective. */
function germanNoun(rest: string): string | undefined {
  const noun = withoutArticle(rest, 'de').replace(/,$/, '');
  const [first = '', second = ''] = noun.split(' ');
  // At the start of a sentence an adjective has a capital too: only the noun behind it gives it away.
  const isDoubtful = noun === rest && /^\p{Lu}/u.test(second);
  const isPreposition = /^(?:mit|für|bis|am|im|in|auf|zu|zum|zur|vor|nach|bei|von|vom|ohne|über|unter|aus|an)$/i.test(
    first,
  );
  return /^[\p{Lu}\p{N}]/u.test(noun) && !isDoubtful && !isPreposition ? noun : undefined;
}
