/** The longest wait between two attempts that the server has not asked for, milliseconds. */
const CAP_MS = 30_000;

/** Up to here the client's own wait counts too, milliseconds: a server may ask for almost no wait, again and again. */
const LEAST_ASKED_MS = 1_000;

/** The longest wait that a server may ask for, milliseconds: a wrong clock must not silence a client for days. */
const MOST_ASKED_MS = 600_000;

/** Timers hold 31 bits: a longer delay would fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

export interface Backoff {
  /** Connections in a row, up to now, that brought nothing new. */
  failures: number;
  /** The server's `retry:`. */
  retryMs: number;
  /** The server's `Retry-After`, when it refused. */
  retryAfterMs?: number | undefined;
  /** From 0 to below 1. */
  random: number;
}

/**
 * How long to wait before connecting again, milliseconds: full jitter, so that the many clients of a server that restarts do
 * not come back together. After the first fruitless connection the client comes back within `retry:`, since a stream may break
 * while nothing happens. From the second one on it waits at least `retry:`, or it would add to a storm; the upper bound doubles
 * each time.
 */
export function delayMs({ failures, retryMs, retryAfterMs: asked, random }: Backoff): number {
  // With a `retry:` of 0 the client would never slow down; with one of too many digits it would never come back.
  const base = Math.min(Math.max(1, retryMs), LONGEST_TIMER_MS);
  const ceiling = Math.min(Math.max(CAP_MS, base), base * 2 ** Math.max(0, failures - 1));
  const floor = failures < 2 ? 0 : base;
  const own = floor + random * (ceiling - floor);
  const delay =
    asked === undefined ? own : Math.max(Math.min(asked, MOST_ASKED_MS) + random * base, Math.min(own, LEAST_ASKED_MS));
  return Math.min(delay, LONGEST_TIMER_MS);
}

/** Reads `Retry-After`, seconds or a date (RFC 9110, 10.2.3); undefined when it is neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
