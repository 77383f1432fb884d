import { describe, expect, it } from '@jest/globals';
import { standingOf } from './standing.js';

const mine = Buffer.alloc(32, 1);
const others = Buffer.alloc(32, 2);
const answer = Buffer.from('sealed');

describe('a key that is taken', () => {
  it.each([
    ['by the same request, answered', { fingerprint: mine, answer }, { kind: 'finished', sealed: answer }],
    ['by the same request, under way', { fingerprint: mine, answer: null }, { kind: 'in_flight' }],
    ['by another request, answered', { fingerprint: others, answer }, { kind: 'mismatch' }],
    ['by another request, under way', { fingerprint: others, answer: null }, { kind: 'mismatch' }],
    ['by somebody who came or went meanwhile', undefined, { kind: 'in_flight' }],
  ])('%s', (_how, kept, standing) => {
    expect(standingOf(kept, mine)).toEqual(standing);
  });
});
