import { isUtf8 } from 'node:buffer';
import { AppError } from '../reliability/errors/app-error.js';
import { isRawNumber, parseExactJson } from '../reliability/exact-json.js';
import { scanJson } from './json-text.js';
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from './limits.js';
import { textFaults } from './text-faults.js';

/** `charset` is no parameter of JSON (RFC 8259, section 11), but many clients send it. */
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

export interface JsonBodyOptions {
  /** Undefined when the client named none. */
  readonly contentType: string | undefined;
  /** Whether numbers that no double holds are kept as they are written: see {@link parseExactJson}. */
  readonly exactNumbers?: boolean | undefined;
}

/**
 * Reads the body of a request.
 * @returns undefined when it is empty: routes that need one refuse that.
 * @throws AppError invalid_json, invalid_request, request_too_large, unsupported_media_type, validation_error
 */
export function parseJsonBody(bytes: Buffer, { contentType, exactNumbers = false }: JsonBodyOptions): unknown {
  if (contentType !== 'application/json' && contentType !== undefined && OTHER_CHARSET.test(contentType))
    throw new AppError('unsupported_media_type', { detail: 'The only supported charset is UTF-8.' });
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new AppError('invalid_json', { detail: 'The body is not UTF-8.' });
  const text = bytes.toString('utf8');
  const facts = scanJson(text, MAX_JSON_DEPTH);
  if (facts.tooDeep)
    throw new AppError('invalid_request', { detail: `The body is nested more than ${MAX_JSON_DEPTH} levels deep.` });
  if (facts.values > MAX_JSON_VALUES)
    throw new AppError('request_too_large', { detail: `The body holds more than ${MAX_JSON_VALUES} values.` });
  const value = parse(text, exactNumbers);
  // Of two members with one name, parsing keeps the last: then the value has fewer than the text.
  if (countMembers(value) !== facts.members)
    throw new AppError('invalid_json', { detail: 'A field is named twice in one object.' });
  if (facts.escapes) refuseBadText(value);
  return value;
}

function parse(text: string, exactNumbers: boolean): unknown {
  try {
    return exactNumbers ? parseExactJson(text) : JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new AppError('invalid_json');
  }
}

/** @throws AppError invalid_json when a name would reach into prototypes. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return 0;
  if (Array.isArray(value)) {
    let members = 0;
    for (const element of value) members += countMembers(element);
    return members;
  }
  const names = Object.keys(value);
  let members = names.length;
  for (const name of names) {
    const member: unknown = Reflect.get(value, name);
    if (poisons(value, name, member))
      throw new AppError('invalid_json', {
        detail: 'A field is named `__proto__`, or is a `constructor` with a `prototype`: both are forbidden.',
      });
    members += countMembers(member);
  }
  return members;
}

function poisons(owner: object, name: string, member: unknown): boolean {
  if (name === '__proto__') return Object.hasOwn(owner, name);
  return name === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype');
}

function refuseBadText(value: unknown): void {
  const errors = textFaults(value);
  if (errors.length > 0) throw new AppError('validation_error', { errors });
}
