import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownMs } from '../../test/support/own-time.js';
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

  it.each([
    ['Sure, here it is:\n\n```json\n{"a": {"b": 1}}\n```\nAsk for {more} if you like.', { a: { b: 1 } }],
    ['Here you go: {"a": "} \\" {"} Hope that helps.', { a: '} " {' }],
    ['In {braces} first, an example such as {"a": 0}, then {"a": [1, 2, {"b": 3}]}', { a: [1, 2, { b: 3 }] }],
  ])('is JSON also among words: %j', (content, json) => {
    expect(jsonIn(content)).toEqual(json);
  });

  it.each([
    ['<think>A draft: {"a": [1, 2, 3, 4]}. Too long.</think>\n\n{"a": [1]}', { a: [1] }],
    ['\n<think>It may open { or "\n</think>\n```json\n{"a": 1}\n```', { a: 1 }],
    ['<think>A draft: {"a": 1}', undefined],
    ['{"a": "<think>b</think>"}', { a: '<think>b</think>' }],
  ])('is not among the thoughts before the answer: %j', (content, json) => {
    expect(jsonIn(content)).toEqual(json);
  });

  it.each([
    'Here: {"a": {"b": 1}, "c": [',
    'Here: {"a": "}',
    'Here: {"a": {"b": 1}, {"c": 1}',
    'None: {}}{"',
    '{'.repeat(9),
  ])('is no JSON when it was cut off, whatever of it is whole: %j', (content) => {
    expect([undefined, {}]).toContainEqual(jsonIn(content));
  });

  it.each(['{', '{"', '{"\\"', '{}', '{a}', '"{'])(
    'is looked for in time that grows with the text alone: %j',
    (part) => {
      const sinceMs = ownMs();
      expect([undefined, {}]).toContainEqual(jsonIn(`x${part.repeat(300_000)}`));
      expect(ownMs() - sinceMs).toBeLessThan(1_000);
    },
  );
});
