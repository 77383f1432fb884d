import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newUuid, publicId, uuidOf } from './id.js';

describe('public ids', () => {
  it('turn back into the UUID that they were made from', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(uuidOf('ten', publicId('ten', uuid))).toBe(uuid);
      }),
    );
  });

  it('are never given twice, however many are made in one moment', () => {
    const tails = Array.from({ length: 2_000 }, () => newUuid(1).slice(14));
    expect(new Set(tails).size).toBe(tails.length);
    for (const tail of tails) expect(tail).toMatch(/^7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sort as the moments at which they were made', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: 1, max: 1e6 }), (moment, later) => {
        expect(publicId('act', newUuid(moment)) < publicId('act', newUuid(moment + later))).toBe(true);
      }),
    );
  });

  it.each([
    '',
    'ten_',
    'ten_0',
    `mem_${'0'.repeat(26)}`,
    `ten_8${'0'.repeat(25)}`,
    `ten_${'u'.repeat(26)}`,
    `ten_${'0'.repeat(27)}`,
  ])('are refused when malformed or of another kind: %j', (id) => {
    expect(uuidOf('ten', id)).toBeUndefined();
  });
});
