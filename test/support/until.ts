import { setTimeout as pause } from 'node:timers/promises';

/** Longer than any wait of a test takes; an endless loop would outlive its test and hang the run. */
const PATIENCE_MS = 15_000;

/** Looks again and again until the condition holds. @throws when it does not hold in time. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = PATIENCE_MS): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not so within ${withinMs} ms: ${condition.toString()}`);
    await pause(1);
  }
}
