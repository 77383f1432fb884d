import { AppError } from '../../reliability/errors/app-error.js';
import type { Clock } from '../../reliability/ports.js';
import type { ProviderFault } from '../provider-fault.js';
import type { LlmCall } from './llm-call.js';
import type { Route, RouteRefusal } from './route.js';

/** The progress of one call along the chain. */
export class CallProgress<T> {
  private begun = 0;
  private retriesLeft: number;
  private fault: ProviderFault | undefined;
  private refusal: RouteRefusal | undefined;
  private tooSmall: Route | undefined;
  private waited = 0;

  private readonly startedMs: number;

  constructor(
    readonly call: LlmCall<T>,
    private readonly clock: Clock,
  ) {
    this.startedMs = clock.monotonicMs();
    this.retriesLeft = call.limits.retries;
  }

  /** Attempts begun so far, at all routes. */
  get attempts(): number {
    return this.begun;
  }

  /** @returns the number of the attempt that begins, from 1. */
  begin(): number {
    this.call.onBegin?.();
    return (this.begun += 1);
  }

  /** Milliseconds until the deadline, less the caller's reserve. */
  deadlineLeftMs(): number {
    const { deadline, reserveMs = 0 } = this.call;
    return deadline.remainingMs() - reserveMs;
  }

  /** Milliseconds of work left; waits for places do not count. */
  workLeftMs(): number {
    const spentMs = this.clock.monotonicMs() - this.startedMs - this.waited;
    return (this.call.limits.totalMs ?? Infinity) - spentMs;
  }

  /** Milliseconds that are left for the chain. */
  remainingMs(): number {
    return Math.min(this.deadlineLeftMs(), this.workLeftMs());
  }

  /** How long it has waited for places, milliseconds. */
  get waitedMs(): number {
    return this.waited;
  }

  /** Begins a wait for a place. @returns the function that ends it. */
  beginWait(): () => void {
    const sinceMs = this.clock.monotonicMs();
    const over = this.call.onWait?.();
    return () => {
      this.waited += this.clock.monotonicMs() - sinceMs;
      over?.();
    };
  }

  get mayRetry(): boolean {
    return this.retriesLeft > 0;
  }

  /** All routes share one allowance of retries: a fallback does not get a fresh one. */
  countRetry(): void {
    this.retriesLeft -= 1;
  }

  failed(fault: ProviderFault, route: Route): void {
    this.fault = fault;
    if (fault.fault.onward === 'larger_context') this.tooSmall = route;
  }

  refused(refusal: RouteRefusal): void {
    if (!this.refusal || (refusal.retryAfterMs ?? 0) < (this.refusal.retryAfterMs ?? 0)) this.refusal = refusal;
  }

  /** Whether the request is known to be too long for this route. */
  tooLongFor(route: Route): boolean {
    return this.tooSmall !== undefined && !route.holdsMoreThan(this.tooSmall);
  }

  /** The caller's error when no route has answered: the last fault, else why no route was asked. */
  failure(): AppError {
    return (
      this.fault ?? this.refusal ?? new AppError('provider_timeout', { detail: 'No time was left to ask a provider.' })
    );
  }
}
