import type { Language } from '../../language/language.js';

/** Who needs something, before the thing that is needed. */
const NEED = {
  en: /^(?:i|we)(?: really| also| urgently)? need (?=(?:an?|some|new) )/iu,
  de: /^(?:ich|wir) brauchen?(?: (?:dringend|unbedingt|bald|noch|endlich))* /iu,
  fr: /^(?:il (?:me|nous) faut |(?:j['’]ai|nous avons|on a) besoin (?:de |d['’]))/iu,
  es: /^(?:(?:yo )?(?:necesito|necesitamos)|(?:me|nos) hace falta) /iu,
} satisfies Record<Language, RegExp>;

/** What follows says when or why, and belongs to the need as a whole. */
const CLAUSE =
  /,|(?<!\p{L})(?:because|before|after|when|since|weil|bevor|nachdem|wenn|damit|vor|avant|après|parce|quand|porque|antes|cuando)(?!\p{L})/iu;

const INDEFINITE = {
  en: /^(?:an?|some) /iu,
  de: /^(?:einen|eine|ein) /iu,
  fr: /^(?:une?|des) /iu,
  es: /^un[oa]?s? /iu,
} satisfies Record<Language, RegExp>;

/** "Einen neuen": what is needed stands in the accusative, what is quoted alone in the nominative. */
const GERMAN_ACCUSATIVE = /^einen (\p{Ll}+)en(?= \p{Lu})/u;

/** The thing that a text says somebody needs, without article; undefined when it says no more, or more than the thing. */
export function thingNeeded(topic: string, language: Language): string | undefined {
  const thing = topic.replace(NEED[language], '');
  if (thing === topic || CLAUSE.test(thing)) return undefined;
  const bare = thing.replace(GERMAN_ACCUSATIVE, '$1er').replace(INDEFINITE[language], '');
  return /\p{L}{2}/u.test(bare) ? bare : undefined;
}
