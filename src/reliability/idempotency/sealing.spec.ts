import { describe, expect, it } from '@jest/globals';
import { createDecipheriv } from 'node:crypto';
import { fingerprintOf } from './fingerprint.js';
import { lookupOf, seal, unseal } from './sealing.js';

const route = 'POST /v1/sessions';
const fingerprint = fingerprintOf({ route, url: '/v1/sessions', body: Buffer.from('{}') });
const request = { tenantId: '0199b0aa-0000-7000-8000-000000000001', route, key: 'a key', fingerprint };
const answer = Buffer.from('201\n{"goal":"a canary"}');

const others: [string, object][] = [
  ['another key', { key: 'another key' }],
  ['another tenant', { tenantId: '0199b0aa-0000-7000-8000-000000000002' }],
  ['another route', { route: 'POST /v1/actions' }],
];

describe('a sealed answer', () => {
  it('is opened by the same request', () => {
    expect(Buffer.from(unseal(seal(answer, request), request))).toEqual(answer);
    expect(Buffer.from(unseal(seal(Buffer.alloc(0), request), request))).toEqual(Buffer.alloc(0));
  });

  it.each([
    ...others,
    ['another question', { fingerprint: fingerprintOf({ route, url: '/', body: Buffer.alloc(0) }) }],
  ])('is not opened with %s', (_what, change) => {
    const sealed = seal(answer, request);
    expect(() => unseal(sealed, { ...request, ...change })).toThrow('unable to authenticate');
  });

  it('is not opened when any byte of it has changed, or when its end is missing', () => {
    const sealed = seal(answer, request);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => unseal(changed, request)).toThrow(at === 0 ? 'unknown form' : 'unable to authenticate');
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => unseal(sealed.subarray(0, length), request)).toThrow(/unknown form|unable to authenticate/);
  });

  it('shows nothing of the answer, and is never the same twice', () => {
    const sealed = Buffer.from(seal(answer, request));
    expect(sealed.includes('canary')).toBe(false);
    expect(sealed).not.toEqual(Buffer.from(seal(answer, request)));
  });
});

describe('a lookup', () => {
  it('is found again by the same key, and whatever was asked', () => {
    expect(lookupOf({ ...request, fingerprint: Buffer.alloc(32) })).toEqual(lookupOf(request));
    expect(lookupOf(request)).toHaveLength(32);
  });

  it.each(others)('differs for %s', (_what, change) => {
    expect(lookupOf({ ...request, ...change })).not.toEqual(lookupOf(request));
  });

  it('does not open the answer that stands beside it', () => {
    const sealed = seal(answer, request);
    const decipher = createDecipheriv('aes-256-gcm', lookupOf(request), sealed.subarray(1, 13));
    decipher.setAAD(fingerprint).setAuthTag(sealed.subarray(13, 29));
    decipher.update(sealed.subarray(29));
    expect(() => decipher.final()).toThrow('unable to authenticate');
  });
});
