/** Where the chain of an empty log ends: 32 zero bytes, in hexadecimal. */
export const EMPTY_DIGEST: string = '0'.repeat(64);

/** Whether digests can be computed here: browsers offer it to pages from https or localhost only. */
export function canDigest(): boolean {
  return (globalThis.crypto as { subtle?: unknown } | undefined)?.subtle !== undefined;
}

/** One step of the chain: SHA-256(previous ‖ the UTF-8 bytes of an event's `data:`). Digests are hexadecimal. */
export async function nextDigest(previous: string, data: string): Promise<string> {
  const text = new TextEncoder().encode(data);
  const bytes = new Uint8Array(32 + text.length);
  bytes.set(previous.match(/../g)?.map((byte) => parseInt(byte, 16)) ?? []);
  bytes.set(text, 32);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
