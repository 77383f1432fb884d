import { randomBytes } from 'node:crypto';

const SAFE = /^[A-Za-z0-9._-]{1,128}$/;

/** 60 random bits identify the process; the count identifies its requests. */
const PROCESS_PART = randomBytes(8).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 10);
let count = 0;

/** A unique request id: `req_<process><count>`. */
export function newRequestId(): string {
  return `req_${PROCESS_PART}${(++count).toString(36)}`;
}

/** The caller's own id when it is harmless in headers and logs, else a new one. */
export function requestIdFrom(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && SAFE.test(header) ? header : newRequestId();
}
