/** How soon abandoned work must end, milliseconds. */
export const ABORT_MS = 100;

const TRIES = 3;
const TICK_MS = 5;
/** Timers are this late on any machine. */
const LATE_MS = 5;

/** After so long no test measures any more. A timer of a finished test file would keep all of its modules. */
const IDLE_MS = 30_000;

let watching: NodeJS.Timeout | undefined;
let askedMs = 0;
let stolenMs = 0;
let lastMs = 0;
let lastCpu: NodeJS.CpuUsage;

/**
 * A clock that stands still while this process could run but other processes have the machine; milliseconds. What the process
 * itself computes counts, so work that blocks it is not excused. For upper bounds only: timers do not wait for it.
 */
export function ownMs(): number {
  look();
  askedMs = lastMs;
  return lastMs - stolenMs;
}

function look(): void {
  const [nowMs, cpu] = [performance.now(), process.cpuUsage()];
  if (watching) {
    const usedMs = (cpu.user + cpu.system - lastCpu.user - lastCpu.system) / 1_000;
    stolenMs += Math.max(0, nowMs - lastMs - usedMs - TICK_MS - LATE_MS);
  }
  watching ??= setInterval(tick, TICK_MS).unref();
  [lastMs, lastCpu] = [nowMs, cpu];
}

function tick(): void {
  look();
  if (lastMs - askedMs < IDLE_MS) return;
  clearInterval(watching);
  watching = undefined;
}

/** Measures until something was as quick as it should be, a few times at most: a busy machine must not fail the test. */
export async function leastOf(enoughMs: number, measure: () => Promise<number>): Promise<number> {
  let leastMs = Infinity;
  for (let time = 0; time < TRIES && leastMs > enoughMs; time++) leastMs = Math.min(leastMs, await measure());
  return leastMs;
}
