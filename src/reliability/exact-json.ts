import { randomBytes } from 'node:crypto';

declare global {
  /** The part of https://tc39.es/proposal-json-parse-with-source/ that Node implements. */
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** Decimal digits that a double always keeps (IEEE 754 binary64). */
const SAFE_DIGITS = 15;

const SHORT_INTEGER = new RegExp(`^-?\\d{1,${SAFE_DIGITS}}$`);

/** More digits than a double always keeps, with their point: so many of them in a row may be a number that it cannot hold. */
const LONG_RUN = SAFE_DIGITS + 1;

/** Matches every number whose exponent may be too large for a double. */
const LARGE_EXPONENT = /\d[eE][+-]?\d{3}/;

/** A run of characters that may be a number. One that is none is skipped whole: a new look at each digit takes quadratic time. */
const WORD = /[\d.eE+-]+/y;

/** RFC 8259, section 6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Follows a number in the place of a name: such a text must stay invalid. */
const COLON = /\s*:/y;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Parses JSON that is written again later. A number that a double cannot hold, such as an id of 19 digits, becomes an object
 * that `JSON.stringify` writes as the number was; it is of no other use. A reviver would take twenty times as long as the
 * parsing, so such numbers are parsed as marked strings, and replaced afterwards.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  const raw = mayHoldRawNumbers(text) ? rawNumbersIn(text) : [];
  if (raw.length === 0) return JSON.parse(text);
  // Random, so that the writer of the text cannot guess it: no string of the text, escaped or not, is taken for a number.
  const mark = randomBytes(12).toString('base64url');
  const numbers = new Map<unknown, object>();
  let marked = '';
  let from = 0;
  for (const { at, source } of raw) {
    numbers.set(mark + source, JSON.rawJSON(source));
    marked += `${text.slice(from, at)}"${mark}${source}"`;
    from = at + source.length;
  }
  return restored(JSON.parse(marked + text.slice(from)), numbers);
}

/** Whether a value is a number that {@link parseExactJson} has kept as it was written. */
export function isRawNumber(value: unknown): boolean {
  return JSON.isRawJSON(value);
}

interface RawNumber {
  readonly at: number;
  readonly source: string;
}

/** A quick look, which most texts pass: it reads one character in {@link LONG_RUN}, of which every long run has one. */
function mayHoldRawNumbers(text: string): boolean {
  for (let at = LONG_RUN - 1; at < text.length; at += LONG_RUN)
    if (isDigitOrPoint(text.charCodeAt(at)) && runAround(text, at) >= LONG_RUN) return true;
  return LARGE_EXPONENT.test(text);
}

/** How many digits and points stand in a row there, as far as {@link LONG_RUN} to each side. */
function runAround(text: string, at: number): number {
  let [from, to] = [at, at + 1];
  while (at - from < LONG_RUN && isDigitOrPoint(text.charCodeAt(from - 1))) from--;
  while (to - at < LONG_RUN && isDigitOrPoint(text.charCodeAt(to))) to++;
  return to - from;
}

function isDigitOrPoint(code: number): boolean {
  return (code >= ZERO && code <= NINE) || code === POINT;
}

function rawNumbersIn(text: string): RawNumber[] {
  const found: RawNumber[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const source = matchAt(WORD, text, at);
      if (NUMBER.test(source) && !isKept(source) && matchAt(COLON, text, at + source.length) === '')
        found.push({ at, source });
      at += source.length - 1;
    }
  }
  return found;
}

function matchAt(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? '';
}

/** The index of the quotation mark that ends a string; the length of the text where there is none. */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}

function isKept(source: string): boolean {
  if (SHORT_INTEGER.test(source)) return true;
  const value = Number(source);
  if (String(value) === source) return true;
  const digits = significant(source.replace(/e.*/i, '').replace(/\D/g, ''));
  return digits.length <= SAFE_DIGITS && Number.isFinite(value) && (value !== 0 || digits === '');
}

/** Strips the zeros at both ends. A regular expression would take quadratic time for a long run of zeros. */
function significant(digits: string): string {
  let [from, to] = [0, digits.length];
  while (digits.charCodeAt(from) === ZERO) from++;
  while (to > from && digits.charCodeAt(to - 1) === ZERO) to--;
  return digits.slice(from, to);
}

function restored(value: unknown, numbers: ReadonlyMap<unknown, object>): unknown {
  if (typeof value === 'string') return numbers.get(value) ?? value;
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    for (let index = 0; index < list.length; index++)
      if (holds(list[index])) list[index] = restored(list[index], numbers);
  } else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value))
      if (holds(member)) Reflect.defineProperty(value, name, { value: restored(member, numbers) });
  return value;
}

function holds(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'object';
}
