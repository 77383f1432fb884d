import { MAX_DEADLINE_MS } from './limits.js';

/** The milliseconds that `X-Deadline-Ms` asks for, capped; undefined unless it is a whole number of at least 1. */
export function deadlineMsFrom(header: string | readonly string[]): number | undefined {
  if (typeof header !== 'string' || !/^[0-9]+$/.test(header) || Number(header) < 1) return undefined;
  return Math.min(Number(header), MAX_DEADLINE_MS);
}
