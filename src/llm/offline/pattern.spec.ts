import { describe, expect, it } from '@jest/globals';
import { fillPattern, patternFault } from './pattern.js';

describe('a pattern', () => {
  it('keeps an optional part when its slots are filled, and leaves it out when one is not', () => {
    expect(fillPattern('Book a table[ for {quantity}][ ({place})]', { quantity: '4 people' })).toBe(
      'Book a table for 4 people',
    );
  });

  it('takes the second half of a part when the first cannot be filled', () => {
    expect(fillPattern('Ask [{people}|everyone]', {})).toBe('Ask everyone');
    expect(fillPattern('[{deadline}: ]start', {})).toBe('Start');
  });

  it('tells which slots it showed', () => {
    const used = new Set<'deadline' | 'place' | 'people' | 'quantity' | 'budget' | 'deliverable' | 'recipient'>();
    fillPattern('Go[ to {place}][ by {deadline}]', { place: 'Rome' }, used);
    expect([...used]).toEqual(['place']);
  });

  it('does not read patterns in what it fills in', () => {
    expect(fillPattern('Do[ {deliverable}]', { deliverable: '$& {place}' })).toBe('Do $&');
  });

  it.each([
    ['Go {place}', 'outside brackets'],
    ['Go[ {where}]', 'unknown slot'],
    ['Go[ {place}', 'brackets'],
    ['Go[ [x]]', 'brackets'],
  ])('is refused when it could leave something over: %s', (pattern, fault) => {
    expect(patternFault(pattern)).toContain(fault);
  });

  it('is accepted when every slot can vanish', () => {
    expect(patternFault('Go[ to {place}|away]')).toBeUndefined();
  });
});
