import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRawNumber, parseExactJson } from './exact-json.js';

const again = (text: string) => JSON.stringify(parseExactJson(text));

describe('JSON that is parsed exactly', () => {
  it.each([
    '12345678901234567890',
    '-9007199254740993',
    '0.12345678901234567891',
    '1e400',
    '-1E+999',
    '1e-400',
    '123456789012345678e-5',
  ])('keeps %s, which no double holds', (number) => {
    expect(again(`{"a":[${number}],"b":{"c":${number}}}`)).toBe(`{"a":[${number}],"b":{"c":${number}}}`);
    expect(isRawNumber(parseExactJson(number))).toBe(true);
  });

  it.each(['1', '1.0', '1e3', '0.10000000000000000000', '0e999', '-0.12345678901234568', '9007199254740991', '1e300'])(
    'has a number for %s, which a double holds',
    (number) => {
      expect(parseExactJson(`[${number}, "1234567890123456"]`)).toEqual([Number(number), '1234567890123456']);
    },
  );

  it('is what JSON.parse makes of it, where nothing is lost', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
        expect(again(text)).toBe(text);
      }),
    );
  });

  it('throws at what is none', () => {
    expect(() => parseExactJson('{"a":12345678901234567890')).toThrow(SyntaxError);
  });
});
