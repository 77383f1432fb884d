import type { FaultKind } from '../provider-fault.js';

/** How an attempt at a provider ended. `cancelled`: the caller is gone, or the deadline has passed. */
export type LlmOutcome = 'success' | 'cancelled' | FaultKind;

/** The record that every attempt at a provider leaves. It holds no text of users or models. */
export interface LlmAttempt {
  readonly provider: string;
  readonly model: string;
  /** Counts the call's attempts at all providers, from 1. */
  readonly attempt: number;
  readonly outcome: LlmOutcome;
  readonly latencyMs: number;
  /** As the provider counts them; 0 when it gave no count. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly callId?: string | undefined;
  /** The error of the transport or the adapter, where it says more than the outcome. */
  readonly cause?: unknown;
}
