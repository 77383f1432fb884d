import { describe, expect, it } from '@jest/globals';
import { TriggerIndex } from './trigger-index.js';
import { parseTrigger } from './trigger.js';

const index = new TriggerIndex(
  [['move house|flat', 'relocate'], ['house party'], ['*urlaub'], ['<nth> birthday']].map((list) =>
    list.map((source) => parseTrigger(source, 'en')),
  ),
);

function candidates(...stems: string[]): readonly number[] {
  return [...index.candidates(new Set(stems))].toSorted((one, other) => one - other);
}

describe('index of triggers', () => {
  it('names the lists whose triggers share their first word with the text', () => {
    expect(candidates('mov', 'hous')).toContain(0);
    expect(candidates('relocat')).toContain(0);
    expect(candidates('hous')).toContain(1);
  });

  it('finds a trigger by its word where it begins with a number', () => {
    expect(candidates('birthda')).toContain(3);
  });

  it('leaves out lists of which the text has no word', () => {
    expect(candidates('paint', 'fence')).not.toContain(0);
    expect(candidates('paint', 'fence')).not.toContain(1);
  });

  it('always names a list in which a trigger wants the end of a compound: no single stem announces it', () => {
    expect(candidates()).toEqual([2]);
  });
});
