import type { Language } from '../../language/language.js';
import { sentencesOf, withBalancedBrackets } from '../../language/sentences.js';
import { plainText, trimTail } from '../excerpt.js';
import { namesAction, objectOf, saysWhatToDo } from './action.js';
import { withoutOpening } from './opening.js';

/** What a text enumerates itself. */
export interface Listing {
  /** `tasks` are things to do, one step each; `things` are what one action is done to. */
  readonly sort: 'tasks' | 'things';
  readonly items: readonly string[];
  /** Whether the text gives the order ("first … then", numbered lines). */
  readonly ordered: boolean;
}

const LINE_BREAK = /\r?\n|\u2028/u;
const MARKED_LINE = /^\s{0,20}(?:(\d{1,2})[.):]|[-*•–▪◦☐]|\[[ xX]?\])\s{1,20}(?=\S)/u;
const INLINE_NUMBER = /(?:^|\s)(\d{1,2})[.)]\s+(?=\p{L})/gu;
const MOST_WORDS_IN_LINE = 14;
const MOST_WORDS_IN_THING = 5;

const SEQUENCE = {
  en: /[,;.]?\s*(?<!\p{L})(?:and )?(?:then|after that|afterwards|next,|finally|lastly)(?!\p{L})[,:]?\s*/giu,
  de: /[,;.]?\s*(?<!\p{L})(?:und )?(?:dann|danach|anschließend|schließlich|zum schluss|zuletzt)(?!\p{L})[,:]?\s*/giu,
  fr: /[,;.]?\s*(?<!\p{L})(?:et )?(?:puis|ensuite|après cela|enfin|finalement)(?!\p{L})[,:]?\s*/giu,
  es: /[,;.]?\s*(?<!\p{L})(?:y )?(?:luego|después|a continuación|por último|finalmente)(?!\p{L})[,:]?\s*/giu,
} satisfies Record<Language, RegExp>;

const FIRST = {
  en: /^(?:first of all|firstly|first)[,:]?\s+/iu,
  de: /^(?:zuerst|zunächst|als erstes|erst)[,:]?\s+/iu,
  fr: /^(?:tout d'abord|d'abord|premièrement)[,:]?\s+/iu,
  es: /^(?:en primer lugar|primero)[,:]?\s+/iu,
} satisfies Record<Language, RegExp>;

const CONJUNCTION = {
  en: /\s+(?:and|&|plus|as well as)\s+/giu,
  de: /\s+(?:und|&|sowie)\s+/giu,
  fr: /\s+(?:et|&|ainsi que)\s+/giu,
  es: /\s+(?:y|e|&)\s+/giu,
} satisfies Record<Language, RegExp>;

/** The enumeration that a text makes: of tasks, or else of things. */
export function findListing(text: string, language: Language): Listing | undefined {
  return findTasks(text, language) ?? thingsListed(plainText(text), language);
}

/** The tasks that a text enumerates, in the order of how plain it is: lines, numbers, "then", commas. */
export function findTasks(text: string, language: Language): Listing | undefined {
  const lines = linesListed(text);
  if (lines !== undefined) return lines;
  const plain = plainText(text);
  const numbers = numbersListed(plain);
  if (numbers !== undefined) return numbers;
  const { rest } = withoutOpening(plain, language);
  return sequenceListed(rest, language) ?? tasksListed(plain, rest, language);
}

function cleaned(items: readonly string[]): string[] {
  return items
    .map((item) => trimTail(withBalancedBrackets(plainText(item))))
    .filter((item) => /[\p{L}\p{N}]/u.test(item));
}

function linesListed(text: string): Listing | undefined {
  if (!LINE_BREAK.test(text)) return undefined;
  const lines = text.split(LINE_BREAK).filter((line) => line.trim() !== '');
  const marked = lines.filter((line) => MARKED_LINE.test(line));
  const chosen = marked.length >= 2 ? marked : shortLines(lines);
  const items = cleaned(chosen.map((line) => line.replace(MARKED_LINE, '')));
  if (items.length < 2) return undefined;
  return {
    sort: 'tasks',
    items,
    ordered: marked.length >= 2 && marked.every((line) => MARKED_LINE.exec(line)?.[1] !== undefined),
  };
}

/** Lines without marks are a list when there are at least three, all short; a first one ending in a colon is its heading. */
function shortLines(lines: readonly string[]): readonly string[] {
  const body = /:\s*$/.test(lines[0] ?? '') ? lines.slice(1) : lines;
  const isShort = (line: string): boolean =>
    line.split(/\s+/).length <= MOST_WORDS_IN_LINE && !/[.!?,:]\s*$/.test(line);
  return body.length >= 3 && body.every(isShort) ? body : [];
}

function numbersListed(plain: string): Listing | undefined {
  const marks = [...plain.matchAll(INLINE_NUMBER)];
  if (marks.length < 2 || marks.some((mark, index) => Number(mark[1]) !== index + 1)) return undefined;
  const items = cleaned(marks.map((mark, index) => plain.slice(mark.index + mark[0].length, marks[index + 1]?.index)));
  return items.length < 2 ? undefined : { sort: 'tasks', items, ordered: true };
}

function sequenceListed(rest: string, language: Language): Listing | undefined {
  const found = rest.split(SEQUENCE[language]);
  if (found.length < 2) return undefined;
  const parts = cleaned(found.map((part) => part.replace(FIRST[language], '')));
  if (parts.length < 2 || !parts.every((part) => saysWhatToDo(verbFirst(part, language), language))) return undefined;
  return { sort: 'tasks', items: parts.flatMap((part) => tasksIn(part, language) ?? [part]), ordered: true };
}

/** "First I need to call" and "I call": the part without its own opening. */
function verbFirst(part: string, language: Language): string {
  return withoutOpening(part, language).rest;
}

function tasksListed(plain: string, rest: string, language: Language): Listing | undefined {
  const items = tasksIn(afterHeading(plain) ?? rest, language);
  return items && { sort: 'tasks', items, ordered: false };
}

function thingsListed(plain: string, language: Language): Listing | undefined {
  const body = afterHeading(plain);
  const items = thingsIn(body ?? withoutOpening(plain, language).rest, language, body !== undefined);
  return items && { sort: 'things', items, ordered: false };
}

/** Behind a heading commas may part a list, as they may behind what opens the request. */
function afterHeading(plain: string): string | undefined {
  const colon = plain.indexOf(': ');
  return colon > 0 && colon < 80 ? plain.slice(colon + 2) : undefined;
}

/** Joins what stands in brackets, so that no comma or "and" in them parts it; `cleaned` makes the joiners blanks again. */
function withClosedBrackets(text: string): string {
  return text.replace(/\([^()]*\)/g, (inside) => inside.replaceAll(' ', '\u2060'));
}

/** A clause that begins so says why, when or how something is done, and is nothing to do itself. */
const CLAUSE = {
  en: /^(?:because|since|so that|without|before|after|until|unless|although|if|but not) /iu,
  de: /^(?:weil|da|damit|ohne|um|bevor|nachdem|während|sobald|solange|wenn|falls|obwohl|dass|statt|anstatt|aber nicht) /iu,
  fr: /^(?:parce qu|car |sans |avant |après |pour que |afin |si |quand |puisqu|mais pas )/iu,
  es: /^(?:porque|sin|antes|después de|para que|si|cuando|aunque|ya que|pero no) /iu,
} satisfies Record<Language, RegExp>;

function* rawParts(body: string, language: Language): Generator<string, void, undefined> {
  for (const sentence of sentencesOf(withClosedBrackets(body), language, 'any')) {
    let open: string | undefined;
    for (const part of sentence.split(/[,;]\s+/)) {
      if (open !== undefined && CLAUSE[language].test(part)) {
        open = `${open}, ${part}`;
        continue;
      }
      if (open !== undefined) yield* conjoined(open, language);
      open = part;
    }
    if (open !== undefined) yield* conjoined(open, language);
  }
}

function conjoined(part: string, language: Language): readonly string[] {
  return part.replace(CONJUNCTION[language], ';;').split(';;');
}

function tasksIn(body: string, language: Language): string[] | undefined {
  const parts: string[] = [];
  // One by one: in most texts the first or second part says nothing to do, and the others need not be read.
  for (const raw of rawParts(body, language)) {
    const [part] = cleaned([raw]);
    if (part === undefined) continue;
    const task = verbFirst(part.replace(FIRST[language], ''), language);
    if (!saysWhatToDo(task, language)) return undefined;
    parts.push(task);
  }
  if (parts.length < 2) return undefined;
  const bare = parts.filter((part) => !part.includes(' ')).length;
  // "Buy, mount and paint a cot" has one object for all: its bare verbs are no tasks of their own. German puts the verb last.
  const mayBeBare = parts.length > 2 && (language === 'de' || bare === parts.length);
  return bare === 0 || mayBeBare ? parts : undefined;
}

function thingsIn(body: string, language: Language, isHeaded: boolean): string[] | undefined {
  if (!body.includes(',') || sentencesOf(body, language, 'any').length > 1) return undefined;
  const parts = cleaned([...rawParts(body, language)]);
  if (parts.length < 3) return undefined;
  const isShort = (part: string): boolean => part.split(' ').length <= MOST_WORDS_IN_THING;
  const [first = '', ...others] = parts;
  const last = others.at(-1) ?? '';
  if (!others.slice(0, -1).every(isShort) || (!isHeaded && !saysWhatToDo(body, language))) return undefined;
  if (language !== 'de' && others.some((part) => namesAction(part, language))) return undefined;
  // "A small, quiet and cheap fridge" is one thing with three adjectives.
  if (/^(?:\S+ )?(?:an?|eine?n?|une?|una?) \S+$/iu.test(first) && !/^(?:an?|eine?n?|une?|una?) /iu.test(last))
    return undefined;
  const items = isHeaded
    ? parts
    : [objectOf(first, language), ...others.slice(0, -1), language === 'de' ? objectOf(last, 'de') : last];
  return items.every(isShort) ? items : undefined;
}
