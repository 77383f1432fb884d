import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capitalised, excerpt, plainText } from './excerpt.js';

describe('an excerpt', () => {
  it('is one line without control, direction or markup characters', () => {
    expect(plainText('a\r\n\u0000b\u202E <b>c</b> {d} [e] `f`')).toBe('a b b c /b d e f');
  });

  it('keeps joined emoji whole and has no broken characters', () => {
    expect(plainText('👨‍👩‍👧 ok \uD83D')).toBe('👨‍👩‍👧 ok');
  });

  it('cannot close the quotation marks around it', () => {
    expect(plainText('say "hi" »now« ( ')).toBe('say ’hi’ ’now’');
  });

  it('is cut at a word, with an ellipsis, never past its length', () => {
    expect(excerpt('one two three four', 14)).toBe('one two three…');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 2, max: 60 }), (text, length) => {
        const cut = excerpt(text, length);
        expect([...cut].length).toBeLessThanOrEqual(length);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });

  it('begins with a capital where it is a title', () => {
    expect([capitalised('über'), capitalised('🎉 x'), capitalised('')]).toEqual(['Über', '🎉 x', '']);
  });
});
