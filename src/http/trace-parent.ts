import { randomFillSync } from 'node:crypto';
import type { TraceContext } from '../reliability/context/request-context.js';

/** version-traceid-parentid-flags (W3C Trace Context, section 3.2); later versions may append more. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Continues the caller's trace with a span of our own, or begins a trace when there is none or it is malformed. */
export function traceFrom(header: string | undefined): TraceContext {
  const [, version, traceId, parentId, flags, rest] = (header !== undefined && TRACEPARENT.exec(header)) || [];
  const valid =
    traceId !== undefined &&
    parentId !== undefined &&
    version !== 'ff' &&
    (version !== '00' || rest === undefined) &&
    !/^0+$/.test(traceId) &&
    !/^0+$/.test(parentId);
  if (!valid) return { traceId: randomHex(16), spanId: randomHex(8), sampled: false };
  return { traceId, parentId, spanId: randomHex(8), sampled: (parseInt(flags ?? '0', 16) & 1) === 1 };
}

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
