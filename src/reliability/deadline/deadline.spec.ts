import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { isAppError } from '../errors/app-error.js';
import { ClientGone, Deadline } from './deadline.js';

describe('a deadline', () => {
  it('counts down to zero and no further', async () => {
    const clock = new ManualClock();
    const deadline = Deadline.after(clock, 100);
    expect(deadline.remainingMs()).toBe(100);
    await clock.advance(40);
    expect(deadline.remainingMs()).toBe(60);
    await clock.advance(1000);
    expect(deadline.remainingMs()).toBe(0);
  });

  it('aborts its signal at its time, with deadline_exceeded', async () => {
    const clock = new ManualClock();
    const { signal } = Deadline.after(clock, 100);
    await clock.advance(99);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(isAppError(signal.reason, 'deadline_exceeded')).toBe(true);
  });

  it('gives a signal that is already aborted when it is asked for too late', async () => {
    const clock = new ManualClock();
    const deadline = Deadline.after(clock, 100);
    await clock.advance(100);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('makes no timer for a request that never waits', () => {
    const clock = new ManualClock();
    const deadline = Deadline.after(clock, 100);
    deadline.throwIfPassed();
    deadline.remainingMs();
    expect(clock.pending).toBe(0);
  });

  it('throws once it has passed, also when nobody asked for the signal', async () => {
    const clock = new ManualClock();
    const deadline = Deadline.after(clock, 100);
    expect(() => deadline.throwIfPassed()).not.toThrow();
    await clock.advance(100);
    expect(() => deadline.throwIfPassed()).toThrow(expect.objectContaining({ code: 'deadline_exceeded' }));
  });

  it('ends early with the reason it is cancelled with, and the first reason stands', async () => {
    const clock = new ManualClock();
    const deadline = Deadline.after(clock, 100);
    const { signal } = deadline;
    deadline.cancel(new ClientGone());
    deadline.cancel(new Error('too late'));
    expect(signal.reason).toBeInstanceOf(ClientGone);
    expect(deadline.remainingMs()).toBe(0);
    expect(() => deadline.throwIfPassed()).toThrow(ClientGone);
    expect(clock.pending).toBe(0);
  });

  it('gives its timer back when the work is done, and makes no other', () => {
    const clock = new ManualClock();
    const used = Deadline.after(clock, 100);
    void used.signal;
    expect(clock.pending).toBe(1);
    used.release();
    const unused = Deadline.after(clock, 100);
    unused.release();
    void unused.signal;
    expect(clock.pending).toBe(0);
  });

  it('never passes when it is for ever', async () => {
    const clock = new ManualClock();
    const deadline = Deadline.never(clock);
    await clock.advance(1e12);
    expect(deadline.signal.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('does not pass early when a timer does', () => {
    let early: (() => void) | undefined;
    let now = 0;
    const clock = {
      epochMs: () => now,
      monotonicMs: () => now,
      schedule: (_delayMs: number, fire: () => void) => {
        early = fire;
        return () => undefined;
      },
    };
    const { signal } = Deadline.after(clock, 100);
    now = 99.5;
    early?.();
    expect(signal.aborted).toBe(false);
    now = 100;
    early?.();
    expect(signal.aborted).toBe(true);
  });

  it('is put off for a last step, also when its timer is running, and never brought forward', async () => {
    const clock = new ManualClock();
    const deadline = Deadline.after(clock, 100);
    const { signal } = deadline;
    deadline.leaveAtLeast(50);
    expect(deadline.remainingMs()).toBe(100);
    await clock.advance(90);
    deadline.leaveAtLeast(50);
    await clock.advance(49);
    expect([deadline.remainingMs(), signal.aborted]).toEqual([1, false]);
    await clock.advance(1);
    expect(signal.reason).toMatchObject({ code: 'deadline_exceeded' });
    expect(clock.pending).toBe(0);
  });

  it('that has passed or was cancelled cannot be put off', async () => {
    const clock = new ManualClock();
    const [passed, cancelled] = [Deadline.after(clock, 10), Deadline.after(clock, 100)];
    cancelled.cancel(new ClientGone());
    await clock.advance(10);
    expect(() => passed.leaveAtLeast(50)).toThrow(expect.objectContaining({ code: 'deadline_exceeded' }));
    expect(() => cancelled.leaveAtLeast(50)).toThrow(ClientGone);
    expect(passed.remainingMs()).toBe(0);
  });
});
