import { describe, expect, it } from '@jest/globals';
import { fingerprintOf, sameFingerprint } from './fingerprint.js';

const asked = { route: 'POST /v1/actions/:id/replan', url: '/v1/actions/act_1/replan', body: Buffer.from('{"a":1}') };

describe('a fingerprint', () => {
  it('is the same for the same request', () => {
    expect(sameFingerprint(fingerprintOf(asked), fingerprintOf({ ...asked, body: Buffer.from('{"a":1}') }))).toBe(true);
    expect(fingerprintOf(asked)).toHaveLength(32);
  });

  it.each([
    ['another route', { route: 'POST /v1/actions/:id/retry' }],
    ['another thing of the same route', { url: '/v1/actions/act_2/replan' }],
    ['another query', { url: '/v1/actions/act_1/replan?a=1' }],
    ['another body', { body: Buffer.from('{"a":2}') }],
    ['the same JSON in other bytes', { body: Buffer.from('{"a": 1}') }],
    ['no body', { body: Buffer.alloc(0) }],
    ['the end of the URL in the body', { url: '/v1/actions/act_1/repla', body: Buffer.from('n\n{"a":1}') }],
  ])('differs for %s', (_what, change) => {
    expect(sameFingerprint(fingerprintOf(asked), fingerprintOf({ ...asked, ...change }))).toBe(false);
  });
});
