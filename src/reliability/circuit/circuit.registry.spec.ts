import { describe, expect, it, jest } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import type { CircuitChange } from './circuit.js';
import { CircuitRegistry } from './circuit.registry.js';
import { WindowRotation } from './settled-opossum.js';

describe('the circuit registry', () => {
  it('has one circuit for each name, and no second opinion about its options', () => {
    const registry = new CircuitRegistry(new ManualClock());
    const circuit = registry.get('database', { failures: 4 });
    expect(registry.get('database')).toBe(circuit);
    expect(registry.get('database', { failures: 4 })).toBe(circuit);
    expect(() => registry.get('database', { failures: 5 })).toThrow('failures');
    expect(registry.snapshot().map(({ name }) => name)).toEqual(['database']);
  });

  it('tells of changes until it is told not to, and survives a listener that fails', () => {
    const registry = new CircuitRegistry(new ManualClock());
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const heard: CircuitChange[] = [];
    registry.onChange(() => {
      throw new Error('a broken gauge');
    });
    const stop = registry.onChange((change) => heard.push(change));
    registry.get('a', { failures: 1 }).admitOrThrow().record('failure');
    stop();
    registry.get('b', { failures: 1 }).admitOrThrow().record('failure');
    expect(heard).toEqual([{ name: 'a', from: 'closed', to: 'open' }]);
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });

  it('is bounded: the longest unused closed circuit makes room, an open one stays', async () => {
    const clock = new ManualClock();
    const registry = new CircuitRegistry(clock, 3);
    registry.get('open', { failures: 1 }).admitOrThrow().record('failure');
    for (const name of ['busy', 'idle', 'busy']) {
      await clock.advance(1);
      registry.get(name).admit();
    }
    registry.get('new');
    expect(registry.snapshot().map(({ name }) => name)).toEqual(['open', 'busy', 'new']);
  });

  it('lets calls through a circuit that had to go', async () => {
    const registry = new CircuitRegistry(new ManualClock(), 1);
    const gone = registry.get('gone', { failures: 1 });
    gone.admitOrThrow().record('failure');
    registry.get('new');
    expect(gone.admit().admitted).toBe(true);
  });

  it('turns all windows with one timer, and stops it at shutdown', async () => {
    const clock = new ManualClock();
    const registry = new CircuitRegistry(clock);
    expect(clock.pending).toBe(0);
    const circuits = Array.from({ length: 20 }, (_, index) => registry.get(`c${index}`, { failures: 1 }));
    expect(clock.pending).toBe(1);
    await clock.advance(60_000);
    expect(clock.pending).toBe(1);
    circuits[0]?.admitOrThrow().record('failure');
    registry.onApplicationShutdown();
    expect(clock.pending).toBe(0);
    expect(circuits.every((circuit) => circuit.admit().admitted)).toBe(true);
  });

  it('may have more circuits on that timer than Node warns of', () => {
    expect(new WindowRotation(new ManualClock()).controller.getMaxListeners()).toBe(0);
  });

  it('bounds what opossum keeps of each call', async () => {
    const clock = new ManualClock();
    const registry = new CircuitRegistry(clock);
    const circuit = registry.get('busy');
    for (let minute = 0; minute < 5; minute += 1) {
      for (let call = 0; call < 100; call += 1) circuit.admitOrThrow().record('success');
      await clock.advance(60_000);
    }
    expect(circuit.snapshot().recent.successes).toBe(0);
    expect(circuit.snapshot().totals.success).toBe(500);
  });
});
