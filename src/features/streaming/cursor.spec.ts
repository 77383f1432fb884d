import { describe, expect, it } from '@jest/globals';
import { continues, eventId, readCursor } from './cursor.js';

const read = (lastEventId?: string, after?: string) => readCursor({ lastEventId, after });

describe('a cursor', () => {
  it('is the beginning when nothing is asked for', () => {
    expect(read()).toEqual({ epoch: undefined, sequence: 0 });
  });

  it('is the id of an event, in either place, or a bare sequence in the URL', () => {
    const id = eventId('abCD1234', 17);
    expect(read(id)).toEqual({ epoch: 'abCD1234', sequence: 17 });
    expect(read(undefined, id)).toEqual({ epoch: 'abCD1234', sequence: 17 });
    expect(read(undefined, '17')).toEqual({ epoch: undefined, sequence: 17 });
  });

  it('may be from the future of any log', () => {
    expect(read(undefined, '2147483648').sequence).toBe(2_147_483_648);
    for (const digits of ['9007199254740990', '9007199254740991', '9'.repeat(400)])
      expect([read(undefined, digits).sequence, read(`abcdefgh.${digits}`).sequence]).toEqual(
        Array.from({ length: 2 }, () => Number.MAX_SAFE_INTEGER - 1),
      );
  });

  it('counts from the header before the URL, but both must be well formed', () => {
    expect(read('abcdefgh.2', '1').sequence).toBe(2);
    expect(() => read('abcdefgh.2', 'x')).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });

  it.each([
    '',
    '17',
    '-1',
    'abcdefgh',
    'abcdefgh.01',
    'abcdefgh.1e3',
    'abcdefgh.0x1',
    'ABCDEFG.1',
    'abcdefgh.1\n',
    'abc_efgh.1',
  ])('is none when the header says %j', (header) => {
    expect(() => read(header)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });

  it('continues its own log up to its end, and no other and no further', () => {
    const log = { epoch: 'abcdefgh', lastSequence: 5 };
    for (const sequence of [0, 4, 5]) expect(continues({ epoch: 'abcdefgh', sequence }, log)).toBe(true);
    expect(continues({ epoch: undefined, sequence: 5 }, log)).toBe(true);
    expect(continues({ epoch: 'abcdefgh', sequence: 6 }, log)).toBe(false);
    expect(continues({ epoch: undefined, sequence: 6 }, log)).toBe(false);
    expect(continues({ epoch: 'hgfedcba', sequence: 1 }, log)).toBe(false);
  });
});
