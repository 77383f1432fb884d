import { DEFAULT_FIRST_TOKEN_TIMEOUT_MS, DEFAULT_STALL_TIMEOUT_MS } from '../../config/env.schema.js';
import type { Bulkhead } from '../../reliability/bulkhead/bulkhead.js';
import { reserveFor } from '../../reliability/bulkhead/bulkhead-options.js';
import type { BulkheadRegistry } from '../../reliability/bulkhead/bulkhead.registry.js';
import type { CircuitBreaker } from '../../reliability/circuit/circuit-breaker.js';
import type { CircuitPermit, CircuitSnapshot, CircuitState } from '../../reliability/circuit/circuit.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { compileCircuitOptions, type CompiledCircuitOptions } from '../../reliability/circuit/circuit-options.js';
import type { CircuitRegistry } from '../../reliability/circuit/circuit.registry.js';
import type { RetryBudget } from '../../reliability/retry/retry-budget.js';
import type { RetryBudgetRegistry } from '../../reliability/retry/retry-budget.registry.js';
import type { LlmProvider } from '../provider.js';

/** How long after a circuit has opened one call probes the provider, milliseconds. */
export const PROBE_PERIOD_MS = 30_000;

/** Longer than the longest attempt, or the circuit would ignore the outcome of a slow probe. */
const PROBE_LEASE_MS = 11 * 60_000;

/** Failures in a row may lie this far apart: a dead provider that is slow to fail must open its circuit too. */
const WINDOW_MS = 60 * 60_000;

/** How long a provider that has refused a prefill gets none, milliseconds: something else in that request may have been the cause. */
export const PREFILL_REST_MS = 10 * 60_000;

/** Failures in a row that open a circuit: one more for the first of the chain than for its fallbacks. */
const FAILURES = { first: 5, other: 4 } as const;

/** Calls of one lane that may wait for a place, per place. */
const QUEUE_PER_PLACE = 8;

/** A route that was not asked: its circuit is open, or there was no place in time. */
export class RouteRefusal extends AppError {
  constructor(code: 'provider_unavailable' | 'overloaded', retryAfterMs: number) {
    super(code, { retryAfterMs });
  }
}

/** What one provider of the chain is allowed. */
export interface RouteOptions {
  readonly provider: LlmProvider;
  /** Calls at once. */
  readonly maxConcurrency: number;
  /** Undefined: unknown. */
  readonly contextTokens?: number | undefined;
  /** Shortens each attempt, and how long a stream may be silent before its first token; undefined: the kind of call decides. */
  readonly timeoutMs?: number | undefined;
  /** Until a stream says something, milliseconds. */
  readonly firstTokenTimeoutMs?: number | undefined;
  /** Between two pieces of a stream, milliseconds. */
  readonly stallTimeoutMs?: number | undefined;
  /** Whether it is known to continue a last message of the assistant's. */
  readonly prefill?: boolean | undefined;
  /** Whether it is the first of the chain. */
  readonly first: boolean;
}

export interface RouteParts {
  readonly circuits: CircuitRegistry;
  readonly bulkheads: BulkheadRegistry;
  readonly budgets: RetryBudgetRegistry;
}

export interface RouteSnapshot {
  readonly provider: string;
  readonly model: string;
  readonly circuit: CircuitState;
  readonly totals: CircuitSnapshot['totals'];
  readonly active: number;
  readonly queued: number;
  readonly limit: number;
}

/** One provider with one model, and what is known of its health in this process. */
export class Route {
  readonly provider: LlmProvider;
  readonly model: string;
  readonly contextTokens: number | undefined;
  readonly timeoutMs: number;
  readonly firstTokenMs: number;
  readonly stallMs: number;
  readonly bulkhead: Bulkhead;
  readonly budget: RetryBudget;
  /** In the clock's monotonic milliseconds; Infinity where it never does. */
  private takesPrefillFromMs: number;
  private readonly circuitName: string;
  private readonly circuitOptions: CompiledCircuitOptions;

  constructor(
    options: RouteOptions,
    private readonly parts: RouteParts,
  ) {
    this.provider = options.provider;
    this.model = options.provider.model;
    this.contextTokens = options.contextTokens;
    this.timeoutMs = options.timeoutMs ?? Infinity;
    this.firstTokenMs = options.firstTokenTimeoutMs ?? DEFAULT_FIRST_TOKEN_TIMEOUT_MS;
    this.stallMs = options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;
    this.takesPrefillFromMs = options.prefill === true ? -Infinity : Infinity;
    this.circuitName = `llm ${this.name}/${this.model}`;
    this.circuitOptions = compileCircuitOptions({
      failures: options.first ? FAILURES.first : FAILURES.other,
      windowMs: WINDOW_MS,
      openMs: PROBE_PERIOD_MS,
      successes: 1,
      probeLeaseMs: PROBE_LEASE_MS,
      refusalCode: 'provider_unavailable',
    });
    this.bulkhead = parts.bulkheads.get(`llm ${this.name}`, {
      limit: options.maxConcurrency,
      reserve: reserveFor(options.maxConcurrency),
      queueLimit: options.maxConcurrency * QUEUE_PER_PLACE,
      queueWaitMs: Infinity,
    });
    this.budget = parts.budgets.get(`llm ${this.name}/${this.model}`, { capacity: 10 });
  }

  get name(): string {
    return this.provider.name;
  }

  /** Why its circuit would not let a call through now; undefined when it would. */
  refusal(): RouteRefusal | undefined {
    const refusal = this.circuit.peek();
    return refusal && new RouteRefusal('provider_unavailable', refusal.retryAfterMs);
  }

  /** The permit for one call. @throws RouteRefusal while its circuit is open, or a probe is out. */
  admit(): CircuitPermit {
    const admission = this.circuit.admit();
    if (admission.admitted) return admission;
    throw new RouteRefusal('provider_unavailable', admission.retryAfterMs);
  }

  /** Its probe has succeeded: other calls are admitted from now on. @returns the permit for the rest of the probe's call. */
  proven(probe: CircuitPermit): CircuitPermit {
    probe.record('success');
    const admission = this.circuit.admit();
    return admission.admitted ? admission : probe;
  }

  /** Whether it is known to continue the beginning of an answer. @param nowMs by the monotonic clock. */
  takesPrefill(nowMs: number): boolean {
    return nowMs >= this.takesPrefillFromMs;
  }

  /** It has refused a prefill: it gets none for {@link PREFILL_REST_MS}. */
  refusesPrefill(nowMs: number): void {
    this.takesPrefillFromMs = Math.max(this.takesPrefillFromMs, nowMs + PREFILL_REST_MS);
  }

  /** How it stands, for operators. */
  snapshot(): RouteSnapshot {
    const circuit = this.circuit.snapshot();
    const { active, queued, limit } = this.bulkhead.snapshot();
    const { name: provider, model } = this;
    return { provider, model, circuit: circuit.state, totals: circuit.totals, active, queued, limit };
  }

  /** Whether a request that was too long for the other may fit here. Where a size is unknown, only trying tells. */
  holdsMoreThan(other: Route): boolean {
    return (
      this.contextTokens === undefined || other.contextTokens === undefined || this.contextTokens > other.contextTokens
    );
  }

  /** Looked up each time: the registry may have dropped an unused one. */
  private get circuit(): CircuitBreaker {
    return this.parts.circuits.get(this.circuitName, this.circuitOptions);
  }
}
