import { randomBytes } from 'node:crypto';

declare global {
  /** What Node has of https://tc39.es/proposal-json-parse-with-source/ */
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** Decimal digits that a double always keeps (IEEE 754 binary64). */
const SAFE_DIGITS = 15;

const SHORT_INTEGER = new RegExp(`^-?\\d{1,${SAFE_DIGITS}}$`);

/** Stands in every text with a number that could lose something. Worth asking in short ones only: it may look at each digit often. */
const SUSPICIOUS = /[\d.]{16}|\d[eE][+-]?\d{3}/;
const SHORT = 100_000;

/** All that may be a number. One that is none is passed over as a whole: to look again at each of its digits would take for ever. */
const WORD = /[\d.eE+-]+/y;

/** RFC 8259, section 6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** After what would be a name. */
const COLON = /\s*:/y;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Parses JSON that is written again later. A number that a double cannot hold, such as an id of 19 digits, becomes what
 * `JSON.stringify` writes as it was; to everybody else that is an object without meaning. Not by a reviver, which takes twenty
 * times as long as the parsing: such numbers are parsed as marks, and put in their places afterwards.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  if (text.length < SHORT && !SUSPICIOUS.test(text)) return JSON.parse(text);
  const raw = rawNumbersIn(text);
  if (raw.length === 0) return JSON.parse(text);
  // Nothing that the text holds, also behind escapes, and nothing that its writer could guess.
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

/** Where the quotation mark stands that ends a string; far off where there is none. */
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

/** Without the zeros at both ends. No regular expression: it would look at each run of zeros as often as it is long. */
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
