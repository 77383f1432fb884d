import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { ClientGone, Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import type { BulkheadOptions } from './bulkhead-options.js';
import { Bulkhead } from './bulkhead.js';
import { BulkheadRegistry } from './bulkhead.registry.js';

const bulkheadOf = (options: Partial<BulkheadOptions> = {}) => {
  const clock = new ManualClock();
  return { clock, bulkhead: new Bulkhead('test', { limit: 1, queueLimit: 2, queueWaitMs: 100, ...options }, clock) };
};

describe('a bulkhead', () => {
  it('lets so many in at once, and the next one when one leaves', async () => {
    const { bulkhead, clock } = bulkheadOf({ limit: 2 });
    const [first] = await Promise.all([bulkhead.acquire(), bulkhead.acquire()]);
    let inside = false;
    void bulkhead.acquire().then(() => (inside = true));
    await clock.settle();
    expect(inside).toBe(false);
    first?.release();
    await clock.settle();
    expect(inside).toBe(true);
    expect(bulkhead.snapshot()).toMatchObject({ active: 2, queued: 0, highestQueued: 1 });
  });

  it('turns away those whom its queue cannot hold, with what to wait', async () => {
    const { bulkhead } = bulkheadOf({ queueLimit: 1, refusalCode: 'queue_saturated', retryAfterMs: 700 });
    await bulkhead.acquire();
    void bulkhead.acquire();
    await expect(bulkhead.acquire()).rejects.toMatchObject({ code: 'queue_saturated', retryAfterMs: 700 });
    expect(bulkhead.snapshot()).toMatchObject({ active: 1, queued: 1, rejected: 1 });
  });

  it('turns away those who have waited too long, and forgets them', async () => {
    const { bulkhead, clock } = bulkheadOf();
    const permit = await bulkhead.acquire();
    const late = expect(bulkhead.acquire()).rejects.toMatchObject({ code: 'overloaded' });
    await clock.advance(100);
    await late;
    expect(bulkhead.snapshot()).toMatchObject({ queued: 0, timedOut: 1, active: 1 });
    permit.release();
    expect(bulkhead.snapshot().active).toBe(0);
  });

  it('lets a waiter go at once when its client has gone', async () => {
    const { bulkhead, clock } = bulkheadOf();
    await bulkhead.acquire();
    const deadline = Deadline.after(clock, 1000);
    const gone = expect(bulkhead.acquire({ deadline })).rejects.toBeInstanceOf(ClientGone);
    deadline.cancel(new ClientGone());
    expect(bulkhead.snapshot().queued).toBe(0);
    await gone;
    expect(clock.pending).toBe(0);
  });

  it('lets a waiter go when its deadline passes before its wait is over', async () => {
    const { bulkhead, clock } = bulkheadOf();
    await bulkhead.acquire();
    const late = expect(bulkhead.acquire({ deadline: Deadline.after(clock, 30) })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    await clock.advance(30);
    await late;
    expect(bulkhead.snapshot()).toMatchObject({ queued: 0, timedOut: 0 });
  });

  it('takes nobody in who is already cancelled or late', async () => {
    const { bulkhead, clock } = bulkheadOf();
    await expect(bulkhead.acquire({ signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over');
    await expect(bulkhead.acquire({ deadline: Deadline.after(clock, 0) })).rejects.toBeInstanceOf(AppError);
    expect(bulkhead.snapshot().active).toBe(0);
  });

  it('leaves nothing on a signal that outlives the wait', async () => {
    const { bulkhead, clock } = bulkheadOf();
    const permit = await bulkhead.acquire();
    const { signal } = new AbortController();
    const admitted = bulkhead.acquire({ signal });
    const late = bulkhead.acquire({ signal }).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    permit.release();
    await admitted;
    await clock.advance(100);
    await late;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('makes no timer for a wait without a limit', async () => {
    const { bulkhead, clock } = bulkheadOf({ queueWaitMs: Infinity });
    await bulkhead.acquire();
    void bulkhead.acquire();
    await clock.settle();
    expect(bulkhead.snapshot().queued).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('does not hang a waiter whose deadline passes while its signal is being made', async () => {
    const { bulkhead, clock } = bulkheadOf({ queueWaitMs: Infinity });
    await bulkhead.acquire();
    const deadline = Deadline.after(clock, 10);
    deadline.throwIfPassed = () => undefined;
    await clock.advance(10);
    await expect(bulkhead.acquire({ deadline })).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(bulkhead.snapshot().queued).toBe(0);
  });

  it('gives a place back once, however often it is released', async () => {
    const { bulkhead, clock } = bulkheadOf({ limit: 2 });
    const permit = await bulkhead.acquire();
    await bulkhead.acquire();
    permit.release();
    permit.release();
    expect(bulkhead.snapshot().active).toBe(1);
    await bulkhead.acquire();
    void bulkhead.acquire();
    await clock.settle();
    expect(bulkhead.snapshot()).toMatchObject({ active: 2, queued: 1 });
  });

  it('gives the place of failed work back', async () => {
    const { bulkhead } = bulkheadOf();
    const failing = () => {
      throw new Error('no');
    };
    await expect(bulkhead.run(failing)).rejects.toThrow('no');
    await expect(bulkhead.run(() => Promise.reject(new Error('later')))).rejects.toThrow('later');
    await expect(bulkhead.run(() => 'yes')).resolves.toBe('yes');
    expect(bulkhead.snapshot().active).toBe(0);
  });

  it('lets nobody overtake those who wait', async () => {
    const { bulkhead, clock } = bulkheadOf();
    const permit = await bulkhead.acquire();
    const order: string[] = [];
    void bulkhead.acquire().then((mine) => (order.push('waiting'), mine.release()));
    permit.release();
    expect(bulkhead.tryAcquire()).toBeUndefined();
    void bulkhead.acquire().then(() => order.push('newcomer'));
    await clock.settle();
    expect(order).toEqual(['waiting', 'newcomer']);
  });

  it('refuses options that make no sense, where they are written', () => {
    const { clock } = bulkheadOf();
    for (const wrong of [{ limit: 0 }, { limit: 1.5 }, { queueLimit: -1 }, { queueWaitMs: NaN }, { retryAfterMs: -1 }])
      expect(() => new Bulkhead('x', { limit: 1, ...wrong }, clock)).toThrow(RangeError);
  });
});

describe('the bulkhead registry', () => {
  it('has one bulkhead for each name, and no second opinion about its options', () => {
    const registry = new BulkheadRegistry(new ManualClock());
    const bulkhead = registry.get('database', { limit: 20 });
    expect(registry.get('database', { limit: 20 })).toBe(bulkhead);
    expect(() => registry.get('database', { limit: 21 })).toThrow('limit');
    expect(registry.snapshot()).toEqual([expect.objectContaining({ name: 'database', limit: 20 })]);
  });
});
