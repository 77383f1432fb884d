import { createHash } from 'node:crypto';

/** What makes two requests the same. */
export interface FingerprintedRequest {
  /** Method and pattern. */
  route: string;
  /** Path and query as they were sent: one pattern stands for many things. */
  url: string;
  /** As they were sent. */
  body: Uint8Array;
}

/** 32 bytes that stand for what was asked. */
export function fingerprintOf({ route, url, body }: FingerprintedRequest): Uint8Array {
  // Neither a route nor a URL can hold a line break, so no two requests give one text.
  return createHash('sha256').update(`${route}\n${url}\n`).update(body).digest();
}

/** Whether two fingerprints stand for the same request. */
export function sameFingerprint(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
