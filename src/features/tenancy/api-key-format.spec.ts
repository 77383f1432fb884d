import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hashToken, keyIdOf, mintKey, opaqueKeyId } from './api-key-format.js';

describe('an API key', () => {
  it('carries its id, and is recognised without a look-up', () => {
    const key = mintKey('live');
    expect(key.token).toMatch(/^hf_live_[0-9a-z]{26}_[0-9A-Za-z]{36}$/);
    expect(keyIdOf(key.token)).toBe(key.id);
    expect(key.tokenHash).toEqual(hashToken(key.token));
  });

  it('is refused when any one character is another', () => {
    const { token } = mintKey('test');
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'0Aaz_-'.split('')), (position, character) => {
        fc.pre(token[position] !== character);
        expect(keyIdOf(token.slice(0, position) + character + token.slice(position + 1))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('is never the same twice', () => {
    const tokens = new Set(Array.from({ length: 1000 }, () => mintKey('dev').token));
    expect(tokens.size).toBe(1000);
  });

  it('that an operator chose has an id that does not tell the key', () => {
    const key = 'an-operators-own-key-of-enough-length';
    expect(opaqueKeyId(key)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(keyIdOf(key)).toBeUndefined();
  });
});
