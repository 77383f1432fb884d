import type { FaultKind } from '../provider-fault.js';

/** How an attempt at a provider ended. `cancelled`: nobody waits for it any more, or the deadline has passed. */
export type LlmOutcome = 'success' | 'cancelled' | FaultKind;

/** The record that every attempt at a provider leaves. It holds no text of users or models. */
export interface LlmAttempt {
  readonly provider: string;
  readonly model: string;
  /** Of this call, over all providers, from 1. */
  readonly attempt: number;
  readonly outcome: LlmOutcome;
  readonly latencyMs: number;
  /** As the provider counts them; 0 when it gave no count. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly callId?: string | undefined;
  /** What the transport or the adapter met with, where there is more to say than the outcome does. */
  readonly cause?: unknown;
}
