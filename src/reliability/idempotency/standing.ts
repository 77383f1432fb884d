import { sameFingerprint } from './fingerprint.js';
import type { KeptRequest } from './idempotency.store.js';

/** How a request stands whose key is taken. */
export type Standing =
  | { readonly kind: 'finished'; readonly sealed: Uint8Array }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'mismatch' };

/**
 * | kept                                     | means     |
 * | ---------------------------------------- | --------- |
 * | nothing: it came or went while we looked | in_flight |
 * | another fingerprint, answered or not     | mismatch  |
 * | the same fingerprint, no answer yet      | in_flight |
 * | the same fingerprint and its answer      | finished  |
 *
 * An expired lease or answer never gets here: the store gives its place to the next request.
 */
export function standingOf(kept: KeptRequest | undefined, fingerprint: Uint8Array): Standing {
  if (!kept) return { kind: 'in_flight' };
  if (!sameFingerprint(kept.fingerprint, fingerprint)) return { kind: 'mismatch' };
  return kept.answer === null ? { kind: 'in_flight' } : { kind: 'finished', sealed: kept.answer };
}
