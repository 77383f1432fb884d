import { describe, expect, it } from '@jest/globals';
import { newUuid } from './id.js';
import { withValues } from './copy-out.js';

describe('a query with its values written into it', () => {
  it('has each in its place, as often as it is named', () => {
    const id = newUuid();
    expect(withValues('SELECT $2, $1, $2 - $10', [id, -7, 0, 0, 0, 0, 0, 0, 0, 3])).toBe(
      `SELECT (-7), '${id}', (-7) - (3)`,
    );
  });

  it.each([
    ['a text', `x'; DROP TABLE sessions; --`],
    ['a text around a UUID', `'${newUuid()}`],
    ['a UUID with a line after it', `${newUuid()}\n`],
    ['a fraction', 1.5],
    ['what is no number', NaN],
    ['what has no end', Infinity],
  ])('takes no other value: %s', (_what, value) => {
    expect(() => withValues('SELECT $1', [value])).toThrow('only whole numbers and UUIDs');
  });

  it('lacks none', () => {
    expect(() => withValues('SELECT $1, $2', [1])).toThrow('only whole numbers and UUIDs');
  });
});
