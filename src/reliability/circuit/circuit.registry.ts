import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { Listeners } from '../listeners.js';
import { sameOptions } from '../options.js';
import { CLOCK, type Clock } from '../ports.js';
import type { CircuitChange, CircuitSnapshot } from './circuit.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { compileCircuitOptions, type CircuitOptions, type CompiledCircuitOptions } from './circuit-options.js';
import { WindowRotation } from './settled-opossum.js';

/** Injection token of the largest number of circuits; optional. */
export const MAX_CIRCUITS = Symbol('MaxCircuits');

/** More circuits than this mean that names come from requests, which they must not. */
const DEFAULT_MAX_CIRCUITS = 1000;

/** The circuits of the process, by name. */
@Injectable()
export class CircuitRegistry implements OnApplicationShutdown {
  private readonly circuits = new Map<string, CircuitBreaker>();
  private readonly listeners = new Listeners<CircuitChange>();
  private readonly rotation: WindowRotation;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(MAX_CIRCUITS) private readonly maxCircuits = DEFAULT_MAX_CIRCUITS,
  ) {
    this.rotation = new WindowRotation(clock);
  }

  /**
   * The circuit of this name, made on first use. A new circuit may displace the longest unused one, which then admits
   * every call: get a circuit anew for each use rather than keep it.
   * @throws OptionFault when it exists with other options.
   */
  get(name: string, options?: CircuitOptions | CompiledCircuitOptions): CircuitBreaker {
    const known = this.circuits.get(name);
    if (!known) return this.make(name, compileCircuitOptions(options));
    if (options && options !== known.options)
      sameOptions(`circuit ${name}`, known.options, compileCircuitOptions(options));
    return known;
  }

  /**
   * Calls the listener at each change of state. A circuit turns half-open when it is next asked or read.
   * @returns a function that unsubscribes it.
   */
  onChange(listener: (change: CircuitChange) => void): () => void {
    return this.listeners.add(listener);
  }

  snapshot(): readonly CircuitSnapshot[] {
    return [...this.circuits.values()].map((circuit) => circuit.snapshot());
  }

  /** Not in `onModuleDestroy`, while HTTP still serves. */
  onApplicationShutdown(): void {
    this.rotation.stop();
    for (const circuit of this.circuits.values()) circuit.shutdown();
    this.circuits.clear();
  }

  private make(name: string, options: CompiledCircuitOptions): CircuitBreaker {
    if (this.circuits.size >= this.maxCircuits) this.evict();
    this.rotation.start();
    const circuit = new CircuitBreaker(name, options, {
      clock: this.clock,
      rotation: this.rotation,
      onChange: (change) => this.listeners.notify(change),
    });
    this.circuits.set(name, circuit);
    return circuit;
  }

  /** Drops the longest unused circuit, a closed one first: an open one still keeps callers from a part that is down. */
  private evict(): void {
    const all = [...this.circuits.values()].sort((one, other) => one.lastAskedMs - other.lastAskedMs);
    const victim = all.find((circuit) => circuit.state === 'closed') ?? all[0];
    if (!victim) return;
    victim.shutdown();
    this.circuits.delete(victim.name);
  }
}
