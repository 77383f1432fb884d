import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { ClientGone } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import type { CircuitChange, CircuitOutcome, CircuitPermit } from './circuit.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { compileCircuitOptions, type CircuitOptions } from './circuit-options.js';
import { WindowRotation } from './settled-opossum.js';

const OPTIONS = { failures: 3, windowMs: 1000, openMs: 500, successes: 2, probeLeaseMs: 200 };

function circuitOf(options: CircuitOptions = {}) {
  const clock = new ManualClock();
  const changes: CircuitChange[] = [];
  const rotation = new WindowRotation(clock);
  rotation.start();
  const circuit = new CircuitBreaker('test', compileCircuitOptions({ ...OPTIONS, ...options }), {
    clock,
    rotation,
    onChange: (change) => changes.push(change),
  });
  const settle = (outcome: CircuitOutcome, times = 1) => {
    for (let time = 0; time < times; time += 1) circuit.admitOrThrow().record(outcome);
  };
  return { clock, circuit, settle, path: () => changes.map(({ from, to }) => `${from}>${to}`) };
}

const open = async () => {
  const parts = circuitOf();
  parts.settle('failure', 3);
  return parts;
};

const halfOpen = async () => {
  const parts = await open();
  await parts.clock.advance(500);
  return parts;
};

describe('a closed circuit', () => {
  it('opens at so many failures in a row, and says so at once', () => {
    const { circuit, settle, path } = circuitOf();
    settle('failure', 2);
    expect(circuit.state).toBe('closed');
    settle('failure');
    expect(circuit.state).toBe('open');
    expect(path()).toEqual(['closed>open']);
  });

  it('stays closed while some calls succeed', () => {
    const { circuit, settle } = circuitOf();
    for (let round = 0; round < 50; round += 1) {
      settle('failure', 2);
      settle('success');
    }
    expect(circuit.state).toBe('closed');
  });

  it('does not add up failures that lie further apart than the window', async () => {
    const { circuit, settle, clock } = circuitOf();
    for (let round = 0; round < 10; round += 1) {
      settle('failure');
      await clock.advance(500);
    }
    expect(circuit.state).toBe('closed');
  });

  it('takes 429 and cancels for neither failure nor success, and counts them apart', () => {
    const { circuit, settle } = circuitOf();
    settle('failure', 2);
    settle('saturated', 10);
    settle('neutral', 10);
    expect(circuit.snapshot()).toMatchObject({
      state: 'closed',
      failuresInARow: 2,
      totals: { failure: 2, saturated: 10, neutral: 10, success: 0 },
    });
    settle('failure');
    expect(circuit.state).toBe('open');
  });

  it('counts what one permit records once', () => {
    const { circuit } = circuitOf();
    const permit = circuit.admitOrThrow();
    for (let time = 0; time < 5; time += 1) permit.record('failure');
    expect(circuit.snapshot()).toMatchObject({ state: 'closed', failuresInARow: 1 });
  });

  it('tells of the last minute, and forgets what is older', async () => {
    const { circuit, settle, clock } = circuitOf();
    settle('success', 4);
    settle('failure', 1);
    await clock.settle();
    expect(circuit.snapshot().recent).toEqual({ successes: 4, failures: 1 });
    await clock.advance(66_000);
    expect(circuit.snapshot().recent).toEqual({ successes: 0, failures: 0 });
  });
});

describe('an open circuit', () => {
  it('refuses until its time is over, and says how long that is', async () => {
    const { circuit, clock } = await open();
    await clock.advance(200);
    expect(circuit.admit()).toEqual({ admitted: false, state: 'open', retryAfterMs: 300 });
    expect(() => circuit.admitOrThrow()).toThrow(
      expect.objectContaining({ code: 'dependency_unavailable', statedRetryAfterMs: 300 }),
    );
    await clock.advance(299);
    expect(circuit.peek()).toBeDefined();
    await clock.advance(1);
    expect(circuit.peek()).toBeUndefined();
  });

  it('is moved by no result of a call that began before it opened', async () => {
    const { circuit, clock, settle } = circuitOf();
    const early = Array.from({ length: 4 }, () => circuit.admitOrThrow());
    settle('failure', 3);
    early[0]?.record('success');
    early[1]?.record('failure');
    expect(circuit.snapshot()).toMatchObject({ state: 'open', openForMs: 500 });
    await clock.advance(500);
    early[2]?.record('success');
    early[3]?.record('failure');
    expect(circuit.snapshot()).toMatchObject({ state: 'half_open', probeSuccesses: 0, totals: { stale: 4 } });
  });
});

describe('a half-open circuit', () => {
  it('lets one probe out at a time', async () => {
    const { circuit } = await halfOpen();
    const probe = circuit.admitOrThrow();
    expect(circuit.admit()).toMatchObject({ admitted: false, state: 'half_open', retryAfterMs: 200 });
    probe.record('success');
    expect(circuit.admit().admitted).toBe(true);
  });

  it('closes after so many successful probes, not before', async () => {
    const { circuit, settle, path } = await halfOpen();
    settle('success');
    expect(circuit.state).toBe('half_open');
    settle('success');
    expect(circuit.state).toBe('closed');
    expect(path()).toEqual(['closed>open', 'open>half_open', 'half_open>closed']);
  });

  it('opens again for the whole time when a probe fails, whatever probes before it did', async () => {
    const { circuit, settle, clock, path } = await halfOpen();
    settle('success');
    settle('failure');
    expect(circuit.snapshot()).toMatchObject({
      state: 'open',
      openForMs: 500,
      probeSuccesses: 0,
      totals: { opened: 2, success: 1, failure: 4 },
    });
    await clock.advance(500);
    settle('success');
    expect(circuit.state).toBe('half_open');
    expect(path().slice(1)).toEqual(['open>half_open', 'half_open>open', 'open>half_open']);
  });

  it.each<CircuitOutcome>(['neutral', 'saturated'])('lets the next probe go when one ends %s', async (outcome) => {
    const { circuit, settle } = await halfOpen();
    settle('success');
    settle(outcome, 5);
    expect(circuit.snapshot()).toMatchObject({ state: 'half_open', probing: false, probeSuccesses: 1 });
    settle('success');
    expect(circuit.state).toBe('closed');
  });

  it('does not stick when a probe never ends, and hears nothing more of that probe', async () => {
    const { circuit, settle, clock } = await halfOpen();
    const lost = circuit.admitOrThrow();
    await clock.advance(199);
    expect(circuit.admit().admitted).toBe(false);
    await clock.advance(1);
    const next = circuit.admitOrThrow();
    lost.record('failure');
    expect(circuit.snapshot()).toMatchObject({ state: 'half_open', probing: true });
    lost.record('success');
    next.record('success');
    settle('success');
    expect(circuit.state).toBe('closed');
  });

  it('does not take the result of a probe whose lease has run out', async () => {
    const { circuit, clock } = await halfOpen();
    const slow = circuit.admitOrThrow();
    await clock.advance(200);
    slow.record('success');
    expect(circuit.snapshot()).toMatchObject({ probeSuccesses: 0, totals: { stale: 1 } });
  });

  it('needs a full run of failures to open again once it has closed', async () => {
    const { circuit, settle } = await halfOpen();
    settle('success', 2);
    settle('failure', 2);
    expect(circuit.state).toBe('closed');
  });

  it('takes nothing when somebody only looks', async () => {
    const { circuit } = await halfOpen();
    for (let look = 0; look < 5; look += 1) expect(circuit.peek()).toBeUndefined();
    expect(circuit.snapshot()).toMatchObject({ probing: false, generation: 1, totals: { refused: 0 } });
    expect(circuit.admit().admitted).toBe(true);
    expect(circuit.peek()).toBeDefined();
  });
});

describe('a call through a circuit', () => {
  const outcomes: [string, () => unknown, CircuitOutcome][] = [
    ['returns', () => 'ok', 'success'],
    ['fails', () => Promise.reject(new AppError('dependency_unavailable')), 'failure'],
    ['is told that there is no such thing', () => Promise.reject(new AppError('not_found')), 'success'],
    ['is told to slow down', () => Promise.reject(new AppError('rate_limited')), 'saturated'],
    ['is given up by its client', () => Promise.reject(new ClientGone()), 'neutral'],
    ['runs into its deadline', () => Promise.reject(new AppError('deadline_exceeded')), 'neutral'],
  ];

  it.each(outcomes)('that %s leaves the right record', async (_name, work, outcome) => {
    const { circuit } = circuitOf();
    await circuit.run(work).catch(() => undefined);
    expect(circuit.snapshot().totals[outcome]).toBe(1);
  });

  it('passes its result and its error on', async () => {
    const { circuit } = circuitOf();
    await expect(circuit.run(() => 7)).resolves.toBe(7);
    const error = new Error('no');
    await expect(circuit.run(() => Promise.reject(error))).rejects.toBe(error);
  });

  it('is not made while the circuit is open, with the code that its owner chose', async () => {
    const { circuit, settle } = circuitOf({ refusalCode: 'provider_unavailable' });
    settle('failure', 3);
    let made = false;
    await expect(circuit.run(() => (made = true))).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(made).toBe(false);
  });
});

describe('a circuit out of service', () => {
  it('lets calls through whatever its state was, and records nothing', async () => {
    const { circuit, path } = await open();
    circuit.shutdown();
    const permits: CircuitPermit[] = Array.from({ length: 9 }, () => circuit.admitOrThrow());
    for (const permit of permits) permit.record('failure');
    expect(circuit.admit().admitted).toBe(true);
    expect(path()).toEqual(['closed>open']);
  });
});

describe('circuit options', () => {
  it('are refused where they are written when they make no sense', () => {
    for (const wrong of [
      { failures: 0 },
      { windowMs: 0 },
      { openMs: Infinity },
      { successes: 0.5 },
      { probeLeaseMs: NaN },
    ])
      expect(() => compileCircuitOptions(wrong)).toThrow(RangeError);
  });
});
