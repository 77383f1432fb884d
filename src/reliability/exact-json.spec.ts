import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRawNumber, parseExactJson } from './exact-json.js';

const LONG = 500_000;

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

  it.each(['12345678901234567', '0.123456789012345678', '1e-400'])(
    'keeps %s wherever in the text it stands',
    (number) => {
      for (let at = 0; at < 40; at++) {
        const text = `["${'x'.repeat(at)}",${number}]`;
        expect(isRawNumber((parseExactJson(text) as unknown[])[1])).toBe(true);
        expect(again(text)).toBe(text);
      }
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

  it.each([
    '{"a":12345678901234567890',
    '{12345678901234567890 :1}',
    '[12345678901234567890.]',
    '[012345678901234567890]',
    '[-12345678901234567890-1]',
    '["a,12345678901234567890]',
  ])('throws at what is none: %s', (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });

  it('touches nothing in strings and names, whatever looks like a number or like its own marks', () => {
    const said = ['12345678901234567890', '#12345678901234567890', '\\', '"', '\\"12345678901234567890', ''];
    const names = Object.fromEntries([...said, '__proto__'].map((name) => [name, said]));
    const text = JSON.stringify([said, names, 1]).replace(/1]$/, '12345678901234567890, 1e400]');
    expect(again(text)).toBe(text.replace(', 1e400', ',1e400'));
    expect(again('{"__proto__":12345678901234567890}')).toBe('{"__proto__":12345678901234567890}');
  });

  it('takes no string for a number that is written like its own marks behind escapes', () => {
    const text = String.raw`{"a":12345678901234567890,"b":"\u002312345678901234567890"}`;
    expect(again(text)).toBe('{"a":12345678901234567890,"b":"#12345678901234567890"}');
  });

  it.each([
    ['marks', `[12345678901234567890,"${'#'.repeat(LONG)}"]`],
    ['zeros in the midst of a number', `[1${'0'.repeat(LONG)}1]`],
    ['zeros in the midst of a fraction', `[0.1${'0'.repeat(LONG)}1]`],
    ['digits', `[${'1'.repeat(LONG)}]`],
    ['digits of what is no number', `[${'1'.repeat(LONG)}.]`],
    ['digits of what is no name', `{${'1'.repeat(LONG)}:1}`],
    ['blanks', `[12345678901234567890${' '.repeat(LONG)}]`],
    ['quotation marks', `[12345678901234567890,"${String.raw`\"`.repeat(LONG)}"]`],
    ['backslashes', `[12345678901234567890,"${String.raw`\\`.repeat(LONG)}"]`],
  ])('takes time in proportion to the length of a text of very many %s', (_, text) => {
    const startedMs = performance.now();
    try {
      again(text);
    } catch {
      // Some of them are not JSON: they must not take longer.
    }
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  it('keeps every number among very many values', () => {
    const text = `[${'{"a":1},'.repeat(100_000)}12345678901234567890]`;
    expect(again(text)).toBe(text);
  });
});
