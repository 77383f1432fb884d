import { createHash } from 'node:crypto';

/** Two requests are the same when all of these are equal. */
export interface FingerprintedRequest {
  /** Method and pattern. */
  route: string;
  /** Path and query as they were sent: one pattern covers many resources. */
  url: string;
  /** As they were sent. */
  body: Uint8Array;
}

/** 32 bytes that identify what the client asked for. */
export function fingerprintOf({ route, url, body }: FingerprintedRequest): Uint8Array {
  // Neither a route nor a URL can hold a line break, so two different requests never give the same text.
  return createHash('sha256').update(`${route}\n${url}\n`).update(body).digest();
}

/** Whether two fingerprints stand for the same request. */
export function sameFingerprint(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
