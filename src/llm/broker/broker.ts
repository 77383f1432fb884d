import { Listeners } from '../../reliability/listeners.js';
import type { RetryPorts } from '../../reliability/retry/retry.js';
import { ProviderFault } from '../provider-fault.js';
import { CallProgress } from './call-progress.js';
import type { LlmAttempt } from './llm-attempt.js';
import type { LlmAnswer, LlmCall } from './llm-call.js';
import { RouteCall } from './route-call.js';
import { RouteRefusal, type Route } from './route.js';

export interface BrokerParts {
  /** In fallback order. */
  readonly routes: readonly Route[];
  readonly ports: RetryPorts;
  /** Asks for a repair; `{complaint}` stands for what was wrong. */
  readonly repairPrompt: string;
}

/**
 * Gets one answer out of a chain of providers. Each is asked within its circuit, its concurrency and its retry budget; `FAULTS`
 * says what a failure means for the next attempt.
 */
export class LlmBroker {
  private readonly listeners = new Listeners<LlmAttempt>();

  constructor(private readonly parts: BrokerParts) {}

  get routes(): readonly Route[] {
    return this.parts.routes;
  }

  /** Called after each attempt. @returns the function that unsubscribes. */
  onAttempt(listener: (attempt: LlmAttempt) => void): () => void {
    return this.listeners.add(listener);
  }

  /**
   * @throws AppError of category upstream (a {@link ProviderFault} when a provider was asked), `overloaded` when all places
   * are taken; the deadline's reason.
   */
  async call<T>(call: LlmCall<T>): Promise<LlmAnswer<T>> {
    const progress = new CallProgress(call, this.parts.ports.clock);
    const notify = (attempt: LlmAttempt) => {
      call.onAttempt?.(attempt);
      this.listeners.notify(attempt);
    };
    const routes = this.routesFor(call);
    for (const [at, route] of routes.entries()) {
      call.deadline.throwIfPassed();
      if (progress.tooLongFor(route)) continue;
      if (progress.remainingMs() <= 0) break;
      const others = routes.slice(at + 1).some((other) => !progress.tooLongFor(other) && !other.refusal());
      try {
        const refusal = route.refusal();
        if (refusal) throw refusal;
        return await new RouteCall(route, progress, others, { ...this.parts, notify }).run();
      } catch (error) {
        if (call.relay?.isStuck === true) throw error;
        if (error instanceof RouteRefusal) progress.refused(error);
        else if (!(error instanceof ProviderFault) || error.fault.onward === 'none') throw error;
      }
    }
    call.deadline.throwIfPassed();
    throw progress.failure();
  }

  private routesFor({ only, first: name }: LlmCall<unknown>): readonly Route[] {
    if (only) return this.routes.filter((route) => route.name === only.provider);
    const first = name === undefined ? undefined : this.routes.find((route) => route.name === name);
    return first ? [first, ...this.routes.filter((route) => route !== first)] : this.routes;
  }
}
