declare global {
  /** What Node has of https://tc39.es/proposal-json-parse-with-source/ */
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: NumberContext) => unknown): unknown;
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

interface NumberContext {
  /** As it is written; only of what is no object and no list. */
  readonly source?: string;
}

/** Decimal digits that a double always keeps (IEEE 754 binary64). */
const SAFE_DIGITS = 15;

/** Stands in every text with a number that could lose something: most have none, and are parsed at full speed. */
const SUSPICIOUS = /[\d.]{16}|\d[eE][+-]?\d{3}/;

/**
 * Parses JSON that is written again later. A number that a double cannot hold, such as an id of 19 digits, becomes what
 * `JSON.stringify` writes as it was; to everybody else that is an object without meaning.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isKept(value, source) ? JSON.rawJSON(source) : value,
  );
}

/** Whether a value is a number that {@link parseExactJson} has kept as it was written. */
export function isRawNumber(value: unknown): boolean {
  return JSON.isRawJSON(value);
}

function isKept(value: number, source: string): boolean {
  if (String(value) === source) return true;
  const digits = source
    .replace(/e.*/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  return digits.length <= SAFE_DIGITS && Number.isFinite(value) && (value !== 0 || digits === '');
}
