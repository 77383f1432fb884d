import { randomFillSync } from 'node:crypto';

/** Crockford's base 32, in lower case: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const HEX = '0123456789abcdef';
const DIGITS = 26;

/** By character code. */
const NIBBLE_OF = valuesOf(HEX);
const DIGIT_OF = valuesOf(ALPHABET);

/** Random bytes are drawn for many ids at once: a call to the operating system costs more than the rest of an id. */
const UUID_BYTES = 16;
const drawn = Buffer.alloc(256 * UUID_BYTES);
let used = drawn.length;

/** Sixteen random bytes that no id has used; they may change with the next call. */
function unusedBytes(): Buffer {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += UUID_BYTES;
  return drawn.subarray(used - UUID_BYTES, used);
}

/** A version 7 UUID (RFC 9562, section 5.7): sorts by time, and its 74 random bits cannot be guessed. */
export function newUuid(epochMs: number = Date.now()): string {
  const bytes = unusedBytes();
  bytes.writeUIntBE(epochMs, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return uuidFromHex(bytes.toString('hex'));
}

/** The prefixes of public ids. */
export const PREFIX = {
  action: 'act',
  breakdown: 'brk',
  key: 'key',
  member: 'mem',
  project: 'prj',
  session: 'ses',
  tenant: 'ten',
  token: 'tok',
} as const;

/** A UUID as clients see it: `<prefix>_<26 characters>`, in the same order as the UUIDs. */
export function publicId(prefix: string, uuid: string): string {
  return `${prefix}_${encodeUuid(uuid)}`;
}

/** The UUID behind a public id; undefined when it is not one with this prefix. */
export function uuidOf(prefix: string, id: string): string | undefined {
  return id.startsWith(`${prefix}_`) ? decodeUuid(id.slice(prefix.length + 1)) : undefined;
}

/** A UUID in 26 characters. Digit by digit: ids stand in every answer, and BigInt would cost a tenth of a request. */
export function encodeUuid(uuid: string): string {
  let text = '';
  // 26 digits hold 130 bits: the first two are 0.
  let waiting = 2;
  let bits = 0;
  for (let at = 0; at < uuid.length; at++) {
    const nibble = NIBBLE_OF[uuid.charCodeAt(at)];
    if (nibble === undefined) continue;
    bits = ((bits << 4) | nibble) & 0xff;
    waiting += 4;
    if (waiting < 5) continue;
    waiting -= 5;
    text += ALPHABET.charAt((bits >> waiting) & 31);
  }
  return text;
}

/** The UUID in 26 characters; undefined when they hold none. */
export function decodeUuid(text: string): string | undefined {
  if (!/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return undefined;
  let hex = '';
  let waiting = -2;
  let bits = 0;
  for (let at = 0; at < DIGITS; at++) {
    bits = ((bits << 5) | (DIGIT_OF[text.charCodeAt(at)] ?? 0)) & 0xfff;
    waiting += 5;
    while (waiting >= 4) {
      waiting -= 4;
      hex += HEX.charAt((bits >> waiting) & 15);
    }
  }
  return uuidFromHex(hex);
}

/** The UUID of 32 hexadecimal digits. */
export function uuidFromHex(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether it is a UUID as we write them: in lower case. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function valuesOf(alphabet: string): readonly (number | undefined)[] {
  const values: (number | undefined)[] = Array.from({ length: 128 });
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;
  return values;
}
