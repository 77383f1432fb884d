import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Alignment, prefillOf } from './alignment.js';

const SENT = 'The gateway found another model to finish the sen';
const WHOLE = 'The gateway found another model to finish the sentence.';

/** Feeds pieces. @returns all that is new, or the index at which it was found to be something else. */
function aligned(sent: string, prefill: number, pieces: readonly string[]): string | number | undefined {
  const alignment = new Alignment(sent, prefill);
  for (const [index, piece] of pieces.entries()) {
    const fresh = alignment.push(piece);
    if (fresh === null) return index;
    if (fresh !== undefined) return fresh + pieces.slice(index + 1).join('');
  }
  return undefined;
}

describe('what another model is given to go on from', () => {
  it('is all but the last words, so that it can show that it goes on', () => {
    expect(prefillOf(SENT)).toBe('The gateway found another model to finish');
  });

  it('is nothing where there is next to nothing', () => {
    expect(prefillOf('')).toBe('');
    expect(prefillOf('Once upon a time')).toBe('');
  });

  it('ends in no blank, and in the middle of no character', () => {
    expect(prefillOf('a '.repeat(50))).toMatch(/\S$/);
    for (let length = 60; length < 70; length += 1) {
      const text = '😀'.repeat(40).slice(0, length);
      expect(text.startsWith(prefillOf(text))).toBe(true);
      expect(prefillOf(text).isWellFormed()).toBe(true);
    }
  });
});

describe('the seam between two models', () => {
  const { length } = prefillOf(SENT);

  it.each([
    ['goes on', WHOLE.slice(length)],
    ['goes on without the blank', WHOLE.slice(length + 1)],
    ['repeats some words', WHOLE.slice(length - 12)],
    ['begins anew', WHOLE],
  ])('is found when the other one %s', (_, said) => {
    expect(aligned(SENT, length, [said])).toBe('tence.');
    expect(aligned(SENT, length, said.split(''))).toBe('tence.');
  });

  it.each(['\n', ' ', ' \n\n'])('is found behind the blanks %j that some models begin with', (blanks) => {
    for (const prefill of [0, length]) {
      expect(aligned(SENT, prefill, [blanks + WHOLE])).toBe('tence.');
      expect(aligned(SENT, prefill, [blanks, ...WHOLE.split('')])).toBe('tence.');
    }
    expect(aligned(` ${SENT}`, 0, [` ${WHOLE}`])).toBe('tence.');
    expect(aligned(SENT, 0, [`${blanks}Another story`])).toBe(0);
  });

  it('is found by who begins anew without having been given anything', () => {
    expect(aligned(SENT, 0, WHOLE.split(''))).toBe('tence.');
    expect(aligned('', 0, ['Hello'])).toBe('Hello');
  });

  it.each([
    ['The cat sat on the mat. The dog sat too. The cat sat', ' on the bed. And then they slept.'],
    ['Step one: open the box.\nStep one', ' is the hard part.'],
    ['| a | b |\n| - | - |\n| a | b', ' | c |\n'],
  ])('is not found too early by who begins a text anew that repeats itself: %j', (sent, rest) => {
    const prefill = prefillOf(sent).length;
    const words = `${sent}${rest}`.match(/\S+\s*/g) ?? [];
    expect(aligned(sent, prefill, words)).toBe(rest);
    expect(aligned(sent, prefill, `${sent}${rest}`.split(''))).toBe(rest);
  });

  it('is not found too early by who goes on with a text that repeats itself either', () => {
    const sent = 'The cat sat on the mat. The dog sat too. The cat sat';
    expect(aligned(sent, prefillOf(sent).length, ' cat sat on the bed.'.split(''))).toBe(' on the bed.');
  });

  it('is not found where it says something else, which shows at once', () => {
    expect(aligned(SENT, length, ['Sure!'])).toBe(0);
    expect(aligned(SENT, length, [' the end', '.'])).toBe(0);
    expect(aligned(SENT, 0, ['The ', 'gate ', 'fell.'])).toBe(1);
    expect(aligned(SENT, length, ['tence.'])).toBe(0);
  });

  it('never makes a text that does not begin with what was sent', () => {
    const words = fc.array(fc.constantFrom('a', 'b', ' ', 'ab ', 'é', '😀'), { maxLength: 60 });
    fc.assert(
      fc.property(words, words, fc.nat(60), (one, other, cut) => {
        const sent = one.join('').slice(0, cut);
        const prefill = prefillOf(sent);
        const fresh = aligned(sent, prefill.length, other);
        if (typeof fresh !== 'string') return;
        const said = other.join('');
        // The other text ends with the new part, and all before that repeats the end of the sent text, or all of it behind blanks.
        expect(said.endsWith(fresh)).toBe(true);
        const repeated = said.slice(0, said.length - fresh.length);
        expect(sent.endsWith(repeated) || repeated.trimStart() === sent).toBe(true);
      }),
    );
  });

  it('is found in every text, wherever it breaks off and however it goes on', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
        fc.nat(200),
        fc.nat(9),
        (text, cut, back) => {
          const sent = text.slice(0, cut);
          const prefill = prefillOf(sent).length;
          const fresh = aligned(sent, prefill, [text.slice(Math.max(0, prefill - back))]);
          if (back <= prefill) expect(sent + String(fresh ?? '')).toBe(fresh === undefined ? sent : text);
        },
      ),
    );
  });
});
