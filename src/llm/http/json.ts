import { parseExactJson } from '../../reliability/exact-json.js';

/** An object of unknown members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** How JSON begins. Most of what models write is prose, and throwing an error takes longer than reading an answer. */
const BEGINNING = /^[ \t\n\r]*["[{\-\dtfn]/;

/** @returns undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  return parsedBy(JSON.parse, text);
}

/** As {@link parseJson}, for what is passed on: see {@link parseExactJson}. */
export function parseJsonExactly(text: string): unknown {
  return parsedBy(parseExactJson, text);
}

function parsedBy(parse: (text: string) => unknown, text: string): unknown {
  if (!BEGINNING.test(text)) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The value as an object; undefined when it is something else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** Whether a value is nested more deeply than `limit`. Without recursion: depth 100,000 costs no stack. */
export function deeperThan(limit: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((node): unknown[] => (typeof node === 'object' && node !== null ? Object.values(node) : []));
  }
  return false;
}
