import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonIn, oneLine, prose, trimmedTo } from './text.js';

const LENGTH = 10;
const anyText = fc.string({ unit: 'binary', maxLength: 100 });

describe('text that a model wrote', () => {
  it('becomes one line without control characters', () => {
    expect(oneLine(' a\u0000b\r\n\tc\u2028d ', LENGTH)).toBe('a b c d');
  });

  it('keeps its paragraphs as prose, in one kind of line break, and loses other control characters', () => {
    expect(prose('\n a\u0000b\r\n\u0007\r\nc\u2028d\te\u001b ', 100)).toBe('ab\n\nc\nd e');
  });

  it('is cut at code points, never within one', () => {
    expect(oneLine('🎉'.repeat(20), LENGTH)).toBe('🎉'.repeat(LENGTH));
    expect(prose('🎉'.repeat(20), LENGTH)).toBe('🎉'.repeat(LENGTH));
    expect(trimmedTo('🎉'.repeat(20), LENGTH)).toBe(`${'🎉'.repeat(6)} […]`);
    expect(trimmedTo('🎉'.repeat(LENGTH), LENGTH)).toBe('🎉'.repeat(LENGTH));
  });

  it('is valid Unicode within its bounds, whatever it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const result of [oneLine(text, LENGTH), prose(text, LENGTH)]) {
          expect([...result].length).toBeLessThanOrEqual(LENGTH);
          expect(result.isWellFormed()).toBe(true);
          expect(result).not.toMatch(/(?!\n)\p{Cc}/u);
        }
        expect([...trimmedTo(text, LENGTH)].length).toBeLessThanOrEqual(LENGTH);
      }),
    );
  });

  it('is JSON also inside a code fence, and undefined when it is none', () => {
    expect(jsonIn('```json\n{"a": 1}\n```')).toEqual({ a: 1 });
    expect(jsonIn('Sure!')).toBeUndefined();
  });
});
