import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../test/support/kernel/manual-clock.js';
import { systemClock, systemSleep } from './ports.js';

describe('a sleep', () => {
  it('lasts as long as it was told', async () => {
    const clock = new ManualClock();
    let awake = false;
    void clock.sleep(50).then(() => (awake = true));
    await clock.advance(49);
    expect(awake).toBe(false);
    await clock.advance(1);
    expect(awake).toBe(true);
  });

  it('ends at once with the reason of an abort, and leaves no timer', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const asleep = clock.sleep(50, controller.signal);
    controller.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    expect(clock.pending).toBe(0);
  });

  it('does not begin under a signal that is already aborted', async () => {
    const clock = new ManualClock();
    await expect(clock.sleep(50, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    expect(clock.pending).toBe(0);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const clock = new ManualClock();
    const signal = new EventTarget() as AbortSignal;
    const listeners = new Set<unknown>();
    signal.addEventListener = (_type: string, listener: unknown) => void listeners.add(listener);
    signal.removeEventListener = (_type: string, listener: unknown) => void listeners.delete(listener);
    const asleep = clock.sleep(5, signal);
    expect(listeners.size).toBe(1);
    await clock.advance(5);
    await asleep;
    expect(listeners.size).toBe(0);
  });
});

describe('the system clock', () => {
  it('moves forward, fires, and can be told not to', async () => {
    const before = systemClock.monotonicMs();
    const cancel = systemClock.schedule(0, () => {
      throw new Error('was cancelled');
    });
    cancel();
    // The clock's timers keep no process alive, nor a test: this one does.
    const awake = setTimeout(() => undefined, 1000);
    await systemSleep(1);
    clearTimeout(awake);
    expect(systemClock.monotonicMs()).toBeGreaterThan(before);
    expect(Math.abs(systemClock.epochMs() - Date.now())).toBeLessThan(1000);
  });
});
