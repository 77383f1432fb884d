import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decodeUuid, encodeUuid, newUuid, uuidFromHex } from '../../database/id.js';

/** Base 62, so that a double click selects a whole key. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 30 × log₂ 62 = 178 bits. */
const SECRET_LENGTH = 30;
const CHECKSUM_LENGTH = 6;

const SHAPE = new RegExp(`^hf_[a-z]{1,8}_([0-9a-z]{26})_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

export type KeyEnvironment = 'live' | 'test' | 'dev';

/** A key as it is shown once, and what is kept of it. */
export interface MintedKey {
  /** UUID; the key names it in its own text. */
  readonly id: string;
  readonly token: string;
  readonly tokenHash: Buffer;
}

/** Makes an API key `hf_<env>_<id>_<secret><crc>`. */
export function mintKey(environment: KeyEnvironment): MintedKey {
  const id = newUuid();
  const body = `hf_${environment}_${encodeUuid(id)}_${randomText(SECRET_LENGTH)}`;
  const token = body + checksum(body);
  return { id, token, tokenHash: hashToken(token) };
}

/** The id inside a key whose checksum is right; undefined for anything else. Costs no I/O. */
export function keyIdOf(token: string): string | undefined {
  const id = SHAPE.exec(token)?.[1];
  if (id === undefined || checksum(token.slice(0, -CHECKSUM_LENGTH)) !== token.slice(-CHECKSUM_LENGTH))
    return undefined;
  return decodeUuid(id);
}

/** The id of a key that an operator chose: it carries none, so it is derived, in a way that does not show its hash. */
export function opaqueKeyId(token: string): string {
  return uuidFromHex(hash('sha256', `key id of ${token}`, 'hex').slice(0, 32));
}

/** SHA-256: the secrets are random and long, so a slow hash would protect nothing more. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** Whether a token in a header could be any key of ours. */
export function looksLikeKey(token: string): boolean {
  return /^[A-Za-z0-9_-]{32,200}$/.test(token);
}

function checksum(body: string): string {
  let value = crc32(body);
  let text = '';
  for (let digit = 0; digit < CHECKSUM_LENGTH; digit++) {
    text = ALPHABET.charAt(value % 62) + text;
    value = Math.floor(value / 62);
  }
  return text;
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      // 248 = 4 × 62: larger bytes would favour the first characters.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
