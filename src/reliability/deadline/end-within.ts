import type { Sleep } from '../ports.js';

export interface EndTerms {
  /** How long to wait for the work, milliseconds. */
  readonly ms: number;
  readonly sleep: Sleep;
  /** Aborted when the wait is over: the work must then stop waiting for anything, and end by itself. */
  readonly giveUp: AbortController;
}

/** Waits for the end of work that has been told to end, and gives it up when that takes too long: a shutdown must not hang. */
export async function endWithin(work: Promise<unknown>, { ms, sleep, giveUp }: EndTerms): Promise<void> {
  const ended = new AbortController();
  const settled = work.finally(() => ended.abort()).catch(() => {});
  await Promise.race([settled, sleep(ms, ended.signal).catch(() => {})]);
  giveUp.abort();
  await settled;
}
