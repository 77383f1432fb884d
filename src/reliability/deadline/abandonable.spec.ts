import { describe, expect, it } from '@jest/globals';
import { abandonable } from './abandonable.js';

describe('waiting for what may be abandoned', () => {
  it('gives what arrives in time, or the error', async () => {
    const { signal } = new AbortController();
    await expect(abandonable(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(abandonable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    await expect(abandonable(Promise.resolve(2), undefined)).resolves.toBe(2);
  });

  it('ends at once when it is aborted, and what arrives later is given back', async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<string>();
    const discarded: string[] = [];
    const waiting = abandonable(late.promise, controller.signal, (value) => discarded.push(value));
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    late.resolve('a connection');
    await late.promise;
    await Promise.resolve();
    expect(discarded).toEqual(['a connection']);
  });

  it('gives back what arrives under a signal that was aborted from the start', async () => {
    const discarded: number[] = [];
    const waiting = abandonable(Promise.resolve(3), AbortSignal.abort(new Error('over')), (value) =>
      discarded.push(value),
    );
    await expect(waiting).rejects.toThrow('over');
    await Promise.resolve();
    expect(discarded).toEqual([3]);
  });

  it('leaves no unhandled rejection when what was abandoned fails later', async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<never>();
    const waiting = abandonable(late.promise, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    late.reject(new Error('later'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
