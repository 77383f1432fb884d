import type { Language } from '../../language/language.js';
import { perLanguage } from '../../language/language.js';
import type { Found } from './deadline.js';

const NUMBER_WORDS = {
  en: 'two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|a hundred',
  de: 'zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|fünfzig|hundert',
  fr: 'deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|vingt|trente|cinquante|cent',
  es: 'dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|veinte|treinta|cincuenta|cien',
} satisfies Record<Language, string>;

/** Words after a number that make it a date, a time or a link to the next clause, and not a quantity. */
const NOT_COUNTED = {
  en: 'am|pm|of|and|or|to|in|on|at|by|for|the|st|nd|rd|th|january|february|march|april|may|june|july|august|september|october|november|december|with|from|o|clock|more|times|years?|yrs?|are|is|have|want|need|who|hundred|thousand|factor|way|fold|per|without',
  de: 'uhr|und|oder|bis|im|in|am|von|für|mit|auf|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|mal|jahre?n?|\\p{L}+ieren|geburtstag|zu|sind|ist|haben|davon|weitere|pro|ohne',
  fr: 'h|heures|et|ou|à|de|au|en|pour|avec|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|fois|ans|sont|ont|est|par|sans',
  es: 'h|y|o|a|de|en|para|con|del|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|veces|años|cumpleaños|son|tienen|es|por|sin',
} satisfies Record<Language, string>;

/** Adjectives between number and noun would need a grammar; these few units may stand right behind the digits. */
const FIGURE = String.raw`\d{1,3}(?:[.,\u00A0 ]\d{3})+|\d{1,6}(?:[.,]\d{1,2})?`;
const MONEY = String.raw`[€$£] ?(?:${FIGURE})|(?:${FIGURE}) ?(?:[€$£]|euros?|dollars?|eur|usd|pounds|chf)(?!\p{L})`;

const SUM = amount(MONEY);

/** What stands free is counted before what is part of an attribute: of "a 20-minute talk for 30 parents" the parents. */
const COUNT = perLanguage((language) => [countOf(language, ' ?'), countOf(language, '-')]);

function countOf(language: Language, joint: string): RegExp {
  return amount(
    String.raw`(?:${FIGURE}|${NUMBER_WORDS[language]})${joint}(?!(?:${NOT_COUNTED[language]})(?!\p{L}))\p{L}{2,24}`,
  );
}

function amount(pattern: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}.,:/-])(?:${pattern})(?![\p{L}\p{N}])`, 'giu');
}

/** Pounds of these are no money. */
const BODY_WEIGHT =
  /(?<!\p{L})(?:los(?:e|ing)|gain(?:ing)?|lift(?:ing)?|weigh(?:s|ing)?|shed(?:ding)?) (?:\p{L}+ )?\d{1,3} pounds(?!\p{L})/giu;

/** The first sum of money that the text names ("500 €", "$2,000"), outside the part to skip. */
export function findBudget(text: string, skip: Found | undefined): Found | undefined {
  return firstOf(SUM, without(text, skip).replace(BODY_WEIGHT, blank));
}

/** The first number of anything else ("12 kids", "3 Seiten", "2,000 words"), outside the part to skip. */
export function findQuantity(text: string, language: Language, skip: Found | undefined): Found | undefined {
  const rest = without(text, skip).replace(SUM, blank);
  for (const pattern of COUNT[language]) {
    const found = firstOf(pattern, rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

function without(text: string, part: Found | undefined): string {
  return part === undefined ? text : text.slice(0, part.start) + blank(part.value) + text.slice(part.end);
}

function blank(part: string): string {
  return ' '.repeat(part.length);
}

function firstOf(pattern: RegExp, text: string): Found | undefined {
  const [match] = text.matchAll(pattern);
  return match && { value: match[0], start: match.index, end: match.index + match[0].length };
}
