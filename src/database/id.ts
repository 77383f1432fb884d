import { randomBytes } from 'node:crypto';

/** Crockford's base 32, in lower case: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const DIGITS = 26;

/** A version 7 UUID (RFC 9562, section 5.7): sorts by time, and its 74 random bits cannot be guessed. */
export function newUuid(epochMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(epochMs, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A UUID as clients see it: `<prefix>_<26 characters>`, in the same order as the UUIDs. */
export function publicId(prefix: string, uuid: string): string {
  return `${prefix}_${encodeUuid(uuid)}`;
}

/** The UUID behind a public id; undefined when it is not one with this prefix. */
export function uuidOf(prefix: string, id: string): string | undefined {
  return id.startsWith(`${prefix}_`) ? decodeUuid(id.slice(prefix.length + 1)) : undefined;
}

/** A UUID in 26 characters. */
export function encodeUuid(uuid: string): string {
  let value = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let digit = 0; digit < DIGITS; digit++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

/** The UUID in 26 characters; undefined when they hold none. */
export function decodeUuid(text: string): string | undefined {
  // 26 digits hold 130 bits: the first one must be below 8.
  if (!/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return undefined;
  let value = 0n;
  for (const digit of text) value = (value << 5n) | BigInt(ALPHABET.indexOf(digit));
  const hex = value.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
