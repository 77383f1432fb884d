import type { Sleep } from '../ports.js';

export interface EndTerms {
  /** How long the work is waited for, milliseconds. */
  readonly ms: number;
  readonly sleep: Sleep;
  /** Gives up what the work waits for; from then on it must end by itself. */
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
