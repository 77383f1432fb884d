import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import type { CircuitChange, CircuitOutcome, CircuitPermit, CircuitState } from './circuit.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { compileCircuitOptions, type CompiledCircuitOptions } from './circuit-options.js';
import { WindowRotation } from './settled-opossum.js';

/** A plain model of a circuit: a permit is stale once a new state or a new probe has begun after it. */
class Model {
  state: CircuitState = 'closed';
  private epoch = {};
  private failuresAt: number[] = [];
  private openedAt = 0;
  private probe: { epoch: object; takenAt: number } | undefined;
  private probesDone = 0;

  constructor(private readonly options: CompiledCircuitOptions) {}

  tick(now: number): void {
    if (this.state === 'open' && now >= this.openedAt + this.options.openMs) this.state = 'half_open';
    if (this.probe && now >= this.probe.takenAt + this.options.probeLeaseMs) this.probe = undefined;
  }

  admit(now: number): object | undefined {
    this.tick(now);
    if (this.state === 'closed') return this.epoch;
    if (this.state === 'open' || this.probe) return undefined;
    this.probe = { epoch: {}, takenAt: now };
    return this.probe.epoch;
  }

  record(epoch: object, outcome: CircuitOutcome, now: number): void {
    this.tick(now);
    if (this.state === 'closed' && epoch === this.epoch) this.recordCall(outcome, now);
    else if (this.state === 'half_open' && epoch === this.probe?.epoch) this.recordProbe(outcome, now);
  }

  private recordCall(outcome: CircuitOutcome, now: number): void {
    if (outcome === 'success') this.failuresAt = [];
    if (outcome !== 'failure') return;
    this.failuresAt.push(now);
    const recent = this.failuresAt.filter((at) => now - at < this.options.windowMs);
    if (recent.length >= this.options.failures) this.open(now);
  }

  private recordProbe(outcome: CircuitOutcome, now: number): void {
    this.probe = undefined;
    if (outcome === 'failure') this.open(now);
    if (outcome === 'success' && ++this.probesDone >= this.options.successes) {
      this.state = 'closed';
      this.epoch = {};
      this.failuresAt = [];
    }
  }

  private open(now: number): void {
    this.state = 'open';
    this.openedAt = now;
    this.probesDone = 0;
  }
}

type Step =
  | { do: 'admit' }
  | { do: 'record'; which: number; outcome: CircuitOutcome }
  | { do: 'lose'; which: number }
  | { do: 'pass'; ms: number };

const which = fc.nat(50);
/** Weighted so that most runs open the circuit several times. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'admit' }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      which,
      outcome: fc.constantFrom<CircuitOutcome>('success', 'failure', 'failure', 'failure', 'saturated', 'neutral'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 250 }) }) },
);

const options = fc
  .record({
    failures: fc.integer({ min: 1, max: 4 }),
    windowMs: fc.integer({ min: 50, max: 1000 }),
    openMs: fc.integer({ min: 1, max: 300 }),
    successes: fc.integer({ min: 1, max: 3 }),
    probeLeaseMs: fc.integer({ min: 1, max: 300 }),
  })
  .map(compileCircuitOptions);

const LEGAL = new Set(['closed>open', 'open>half_open', 'half_open>closed', 'half_open>open']);

/** One circuit beside its model, taken through the same steps. */
class Trial {
  readonly clock = new ManualClock();
  readonly changes: CircuitChange[] = [];
  readonly circuit: CircuitBreaker;
  private readonly model: Model;
  private readonly held: { permit: CircuitPermit; epoch: object; probeUntilMs: number }[] = [];

  constructor(readonly compiled: CompiledCircuitOptions) {
    this.model = new Model(compiled);
    const rotation = new WindowRotation(this.clock);
    const onChange = (change: CircuitChange) => this.changes.push(change);
    this.circuit = new CircuitBreaker('trial', compiled, { clock: this.clock, rotation, onChange });
  }

  async take(one: Step): Promise<void> {
    if (one.do === 'admit') this.admit();
    else if (one.do === 'pass') await this.clock.advance(one.ms);
    else if (this.held.length > 0) this.end(one);
    this.model.tick(this.clock.monotonicMs());
    expect(this.circuit.state).toBe(this.model.state);
  }

  checkPath(): void {
    const path = this.changes.map(({ from, to }) => `${from}>${to}`);
    for (const [index, change] of this.changes.entries()) {
      expect(LEGAL).toContain(path[index]);
      expect(change.from).toBe(index === 0 ? 'closed' : this.changes[index - 1]?.to);
    }
  }

  private admit(): void {
    const now = this.clock.monotonicMs();
    const peeked = this.circuit.peek();
    const admission = this.circuit.admit();
    const epoch = this.model.admit(now);
    expect(admission.admitted).toBe(epoch !== undefined);
    expect(peeked === undefined).toBe(admission.admitted);
    if (!admission.admitted) return expect(admission.retryAfterMs).toBeGreaterThan(0);
    const probing = this.circuit.state === 'half_open';
    if (probing) expect(this.held.filter(({ probeUntilMs }) => probeUntilMs > now)).toHaveLength(0);
    const probeUntilMs = probing ? now + this.compiled.probeLeaseMs : 0;
    this.held.push({ permit: admission, epoch: epoch ?? {}, probeUntilMs });
  }

  private end(one: Extract<Step, { which: number }>): void {
    const [call] = this.held.splice(one.which % this.held.length, 1);
    if (!call) return;
    if (one.do === 'lose') {
      // The call never records an outcome; a lost probe keeps its lease.
      if (call.probeUntilMs > 0) this.held.unshift(call);
      return;
    }
    call.permit.record(one.outcome);
    call.permit.record('failure');
    call.permit.record('success');
    this.model.record(call.epoch, one.outcome, this.clock.monotonicMs());
  }
}

describe('whatever results come late, are cancelled or get lost, a circuit', () => {
  it('does what its model does, on legal ways only, with one probe at most', async () => {
    let opened = 0;
    let closed = 0;
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { minLength: 100, maxLength: 150 }), async (compiled, steps) => {
        const trial = new Trial(compiled);
        for (const one of steps) await trial.take(one);
        trial.checkPath();
        opened += trial.changes.filter(({ to }) => to === 'open').length;
        closed += trial.changes.filter(({ to }) => to === 'closed').length;
      }),
      { numRuns: 300 },
    );
    // The proof is worth nothing if the runs never get past the closed state.
    expect(opened).toBeGreaterThan(400);
    expect(closed).toBeGreaterThan(40);
  });

  it('never sticks: with a healthy part behind it, it closes as soon as its probes have succeeded', async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { maxLength: 80 }), async (compiled, steps) => {
        const trial = new Trial(compiled);
        for (const one of steps) await trial.take(one);
        await trial.clock.advance(Math.max(compiled.openMs, compiled.probeLeaseMs));
        for (let probe = 0; probe < compiled.successes; probe += 1) trial.circuit.admitOrThrow().record('success');
        expect(trial.circuit.state).toBe('closed');
        trial.checkPath();
      }),
      { numRuns: 200 },
    );
  });
});
