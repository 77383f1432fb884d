import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../reliability/errors/app-error.js';
import { parseJsonBody } from './json-body.js';
import { MAX_JSON_VALUES } from './limits.js';

const parse = (text: string) => parseJsonBody(Buffer.from(text), { contentType: 'application/json' });

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

const cleanValue = fc
  .jsonValue({ maxDepth: 6 })
  .filter(
    (value) => !/\\u(?:0000|d[89a-f])/i.test(JSON.stringify(value)) && !JSON.stringify(value).includes('__proto__'),
  );

describe('parseJsonBody', () => {
  test('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(cleanValue, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        expect(parse(JSON.stringify(value, undefined, space))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('never throws anything but the codes of a bad body', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: fc.constantFrom(...'{}[]:,"\\u0e1-tfn '.split('')) }),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          expect(['none', 'invalid_json', 'invalid_request', 'validation_error']).toContain(codeOf(() => parse(text)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('refuses any object that names one member twice, wherever it is', () => {
    const nameAndValue = fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(nameAndValue, fc.jsonValue({ maxDepth: 2 }), fc.nat(5), ([name, value], other, depth) => {
        const key = JSON.stringify(name);
        const twice = `{${key}:${JSON.stringify(value)},${key}:${JSON.stringify(other)}}`;
        expect(codeOf(() => parse('['.repeat(depth) + twice + ']'.repeat(depth)))).toBe('invalid_json');
      }),
    );
  });

  test('takes as many values as it says, and not one more, however they are arranged', () => {
    const list = (values: number) => `[${'0,'.repeat(values - 2)}0]`;
    const members = (values: number) => `{${Array.from({ length: values - 1 }, (_, n) => `"${n}":0`).join()}}`;
    for (const text of [list, members]) {
      expect(codeOf(() => parse(text(MAX_JSON_VALUES)))).toBe('none');
      expect(codeOf(() => parse(text(MAX_JSON_VALUES + 1)))).toBe('request_too_large');
    }
    expect(codeOf(() => parse(`"${',['.repeat(MAX_JSON_VALUES)}"`))).toBe('none');
  });

  test('an empty body is none', () => {
    expect(parse('')).toBeUndefined();
  });
});
