/** How soon work ends that nobody waits for any more, milliseconds. */
export const ABORT_MS = 100;

const TRIES = 5;

/** Measures until something was as quick as it should be, a few times at most: how busy the machine is, is not measured. */
export async function leastOf(enoughMs: number, measure: () => Promise<number>): Promise<number> {
  let leastMs = Infinity;
  for (let time = 0; time < TRIES && leastMs > enoughMs; time++) leastMs = Math.min(leastMs, await measure());
  return leastMs;
}
