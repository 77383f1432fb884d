import { describe, expect, it } from '@jest/globals';
import { fold, stem, wordsOf } from './words.js';

describe('words', () => {
  it('are compared without case and diacritics', () => {
    expect(fold('Größe MAÑANA œuvre Été')).toBe('grosse manana œuvre ete');
  });

  it('end at apostrophes, hyphens and punctuation', () => {
    expect(wordsOf("L'été, mi-mai: 3 kg!")).toEqual(['l', 'ete', 'mi', 'mai', '3', 'kg']);
  });

  it('stop at the limit, and endless ones are cut', () => {
    expect(wordsOf('a b c', 2)).toEqual(['a', 'b']);
    expect(wordsOf('x'.repeat(4_000))[0]).toHaveLength(40);
  });

  it('lose one ending, but never become shorter than three letters', () => {
    expect([stem('moving', 'en'), stem('move', 'en'), stem('running', 'en')]).toEqual(['mov', 'mov', 'run']);
    expect([stem('wohnungen', 'de'), stem('des', 'de')]).toEqual(['wohnung', 'des']);
  });
});
