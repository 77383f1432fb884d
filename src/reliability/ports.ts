/** Time, as the kernel sees it. Injected, so that no test ever waits. */
export interface Clock {
  /** Wall time in milliseconds since the Unix epoch. May jump. */
  epochMs(): number;
  /** Milliseconds from an arbitrary origin that only move forward: what durations are measured with. */
  monotonicMs(): number;
  /** Calls `fire` once after `delayMs`, unless the returned function was called before. Never keeps the process alive. */
  schedule(delayMs: number, fire: () => void): () => void;
}

/** Waits `delayMs`; rejects with the signal's reason as soon as the signal is aborted. */
export type Sleep = (delayMs: number, signal?: AbortSignal) => Promise<void>;

/** A number in [0, 1). */
export type Random = () => number;

/** Injection tokens of the ports. */
export const CLOCK = Symbol('Clock');
export const SLEEP = Symbol('Sleep');
export const RANDOM = Symbol('Random');

/** Node caps timers at 2³¹−1 ms; a longer delay would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  epochMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, fire) {
    const timer = setTimeout(fire, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A sleep on any clock. */
export function sleepOn(clock: Clock): Sleep {
  return (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = clock.schedule(delayMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
}

export const systemSleep: Sleep = sleepOn(systemClock);
