import type { Language } from '../../language/language.js';
import { perLanguage } from '../../language/language.js';
import type { Found } from './deadline.js';

/** Words right before an amount that make it a bound or a rough figure. */
const BOUND = {
  en: 'under|below|less than|at most|up to|max(?:imum)?\\.?|maximum of|a maximum of|no more than|not more than|over|above|more than|at least|about|around|roughly|approx\\.|approximately',
  de: 'unter|bis zu|höchstens|maximal|max\\.|weniger als|nicht mehr als|nicht über|über|mehr als|mindestens|wenigstens|ca\\.|circa|etwa|rund|ungefähr',
  fr: "moins de|au plus|au maximum|maximum|max\\.|jusqu['’]à|pas plus de|sous|plus de|au moins|environ",
  es: 'menos de|como máximo|máximo|máx\\.|hasta|no más de|más de|al menos|por lo menos|como mínimo|unos|unas|alrededor de',
} satisfies Record<Language, string>;

const BEFORE_AMOUNT = perLanguage((language) => new RegExp(String.raw`(?<!\p{L})(?:${BOUND[language]}) $`, 'iu'));

/** As far back as the longest of them reaches. */
const LONGEST_BOUND = 20;

/** The amount with the bound that the text sets before it ("under 800 euros"). */
export function withBound({ value, start }: Found, text: string, language: Language): string {
  const before = text.slice(Math.max(0, start - LONGEST_BOUND), start);
  const bound = BEFORE_AMOUNT[language].exec(before)?.[0] ?? '';
  return `${bound.toLowerCase()}${value}`;
}
