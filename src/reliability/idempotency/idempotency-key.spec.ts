import { describe, expect, it } from '@jest/globals';
import { idempotencyKeyFrom } from './idempotency-key.js';

const refused = expect.objectContaining({
  code: 'invalid_request',
  detail: expect.stringMatching(/^Idempotency-Key /),
});
const keyOf = (...fields: string[]) => idempotencyKeyFrom(fields);
const refusalOf = (...fields: string[]) => {
  try {
    return keyOf(...fields);
  } catch (error) {
    return error;
  }
};

describe('an idempotency key', () => {
  it.each([
    ['one character', 'k', 'k'],
    ['255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['all of printable ASCII', `~ !"#$%&'()*+,-./:;<=>?@[]^_{|}\\`, `~ !"#$%&'()*+,-./:;<=>?@[]^_{|}\\`],
    ['a quoted string', '"8e03978e-40d5-43dd"', '8e03978e-40d5-43dd'],
    ['a quoted string of 255 characters', `"${'k'.repeat(255)}"`, 'k'.repeat(255)],
    ['255 characters that all had to be escaped', `"${String.raw`\"`.repeat(255)}"`, '"'.repeat(255)],
    ['escaped quotes and backslashes', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
  ])('may be %s', (_what, field, key) => {
    expect(keyOf(field)).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['a quoted nothing', '""'],
    ['256 characters', 'k'.repeat(256)],
    ['256 quoted characters', `"${'k'.repeat(256)}"`],
    ['a tab', 'a\tb'],
    ['NUL', 'a\0'],
    ['DEL', 'a\x7f'],
    ['a line break at the end', 'a\n'],
    ['a Latin letter beyond ASCII', 'clé'],
    ['an emoji', '🔑'],
    ['a quote that is not closed', '"abc'],
    ['a quote alone', '"'],
    ['a quote that ends too early', '"a"b"'],
    ['an escape of something else', String.raw`"a\b"`],
    ['an escape of the closing quote', String.raw`"a\"`],
    ['parameters behind the string', '"a";b=1'],
    ['a control character in quotes', '"a\tb"'],
  ])('cannot be %s', (_what, field) => {
    expect(refusalOf(field)).toEqual(refused);
  });

  it('is sent once', () => {
    expect(refusalOf()).toEqual(refused);
    expect(refusalOf('a', 'a')).toEqual(refused);
  });

  it('never stands in the refusal', () => {
    expect(refusalOf('geheimer schlüssel')).not.toMatchObject({ detail: expect.stringContaining('geheim') });
  });
});
