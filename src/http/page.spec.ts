import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, pageOf } from './page.js';

const INVALID = expect.objectContaining({ code: 'invalid_cursor' });

describe('cursors', () => {
  test('lead back to the position that they were made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), fc.option(fc.string(), { nil: undefined }), (text, number, status) => {
        const cursor = encodeCursor([text, number], { status });
        expect(decodeCursor(cursor, ['string', 'number'], { status })).toEqual([text, number]);
      }),
    );
  });

  test('are good for their own filters only', () => {
    const cursor = encodeCursor(['a'], { status: 'done' });
    expect(() => decodeCursor(cursor, ['string'], { status: 'todo' })).toThrow(INVALID);
    expect(() => decodeCursor(cursor, ['string'])).toThrow(INVALID);
    expect(decodeCursor(cursor, ['string'], { other: undefined, status: 'done' })).toEqual(['a']);
  });

  test('of another shape, and anything else, are refused', () => {
    expect(() => decodeCursor(encodeCursor(['a']), ['number'])).toThrow(INVALID);
    expect(() => decodeCursor(encodeCursor(['a', 'b']), ['string'])).toThrow(INVALID);
    fc.assert(fc.property(fc.string(), (text) => expect(() => decodeCursor(text, ['string'])).toThrow(INVALID)));
  });
});

describe('pageOf', () => {
  const page = (rows: number[], limit: number) =>
    pageOf(rows, limit, { item: (row) => `#${row}`, position: (row) => [row] });

  test('the row too many is a cursor, not data', () => {
    expect(page([1, 2, 3], 2)).toEqual({ data: ['#1', '#2'], next_cursor: encodeCursor([2]) });
    expect(page([1, 2], 2)).toEqual({ data: ['#1', '#2'], next_cursor: null });
    expect(page([], 2)).toEqual({ data: [], next_cursor: null });
  });
});
