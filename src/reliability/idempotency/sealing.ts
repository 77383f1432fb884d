import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { IdempotentRequest } from './idempotent-request.js';

const CIPHER = 'aes-256-gcm';
/** Bytes. */
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** The first byte of a sealed answer: its format, so that another one can follow. */
const FORM = 1;

type Purpose = 'lookup' | 'answer';

/**
 * The value by which a request is looked up: 32 bytes that reveal nothing about the key that opens the answer (RFC 5869:
 * outputs for different `info` are independent). An attacker who guesses the client's key can derive both.
 */
export function lookupOf(request: IdempotentRequest): Uint8Array {
  return derive(request, 'lookup');
}

/** Encrypts an answer: to read it takes the request's key and the same fingerprint. */
export function seal(answer: Uint8Array, request: IdempotentRequest): Uint8Array {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv(CIPHER, derive(request, 'answer'), nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(request.fingerprint);
  const text = Buffer.concat([cipher.update(answer), cipher.final()]);
  return Buffer.concat([Uint8Array.of(FORM), nonce, cipher.getAuthTag(), text]);
}

/** @throws Error when it was sealed for another request, or changed since. */
export function unseal(sealed: Uint8Array, request: IdempotentRequest): Uint8Array {
  const textAt = 1 + NONCE_LENGTH + TAG_LENGTH;
  if (sealed[0] !== FORM || sealed.length < textAt) throw new Error('the kept answer has an unknown form');
  const nonce = sealed.subarray(1, 1 + NONCE_LENGTH);
  const decipher = createDecipheriv(CIPHER, derive(request, 'answer'), nonce, { authTagLength: TAG_LENGTH });
  decipher.setAAD(request.fingerprint);
  decipher.setAuthTag(sealed.subarray(1 + NONCE_LENGTH, textAt));
  return Buffer.concat([decipher.update(sealed.subarray(textAt)), decipher.final()]);
}

function derive({ key, tenantId, route }: IdempotentRequest, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, tenantId, `holdfast idempotency ${purpose}\n${route}`, KEY_LENGTH));
}
