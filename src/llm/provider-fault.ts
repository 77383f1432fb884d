import { AppError, type AppErrorOptions } from '../reliability/errors/app-error.js';
import type { ErrorCode } from '../reliability/errors/codes.js';
import type { CircuitOutcome } from '../reliability/circuit/circuit.js';
import type { TokenCounts } from './provider.js';

/** What the broker does about one way to fail. */
export interface FaultSpec {
  /** What the client is told when nothing else answers. */
  readonly code: Extract<
    ErrorCode,
    | 'provider_timeout'
    | 'provider_unavailable'
    | 'provider_invalid_response'
    | 'provider_request_failed'
    | 'content_filtered'
    | 'context_length_exceeded'
  >;
  /** What it says about the health of the route. */
  readonly circuit: CircuitOutcome;
  /** Whether the same route may be asked again: after a wait, once more with the faults named, or not at all. */
  readonly again: 'backoff' | 'repair' | 'never';
  /** Whether the next route may be asked: any, only one with a larger context, or none. */
  readonly onward: 'any' | 'larger_context' | 'none';
}

/** Every way in which an attempt at a provider fails, and the broker's judgement of it. */
export const FAULTS = {
  /** No connection: refused, no such host, no answer to the handshake. */
  unreachable: { code: 'provider_unavailable', circuit: 'failure', again: 'backoff', onward: 'any' },
  /** The connection broke before the answer was whole. */
  reset: { code: 'provider_unavailable', circuit: 'failure', again: 'backoff', onward: 'any' },
  /** No head of an answer in time. Not retried: a call waits on a silent route only once. */
  silent: { code: 'provider_timeout', circuit: 'failure', again: 'never', onward: 'any' },
  /** The answer began, and was not whole in time. */
  too_slow: { code: 'provider_timeout', circuit: 'failure', again: 'never', onward: 'any' },
  /** 429: alive, and wants less. */
  saturated: { code: 'provider_unavailable', circuit: 'saturated', again: 'backoff', onward: 'any' },
  /** 5xx. */
  server_error: { code: 'provider_unavailable', circuit: 'failure', again: 'backoff', onward: 'any' },
  /** 400 and the like: the same request would be refused again. */
  rejected: { code: 'provider_request_failed', circuit: 'success', again: 'never', onward: 'any' },
  /** 400 because of an option that we added, not the client: the next request goes without it. */
  option_refused: { code: 'provider_request_failed', circuit: 'success', again: 'backoff', onward: 'any' },
  /** The route is set up wrongly or not paid for: bad key, unknown model, used-up credit. An operator must look. */
  unusable: { code: 'provider_request_failed', circuit: 'failure', again: 'never', onward: 'any' },
  /** A refusal on grounds of content is an answer: neither repeated nor taken elsewhere. */
  content_filtered: { code: 'content_filtered', circuit: 'success', again: 'never', onward: 'none' },
  context_too_long: {
    code: 'context_length_exceeded',
    circuit: 'success',
    again: 'never',
    onward: 'larger_context',
  },
  /** 200 with something that is no completion. */
  malformed: { code: 'provider_invalid_response', circuit: 'failure', again: 'backoff', onward: 'any' },
  /** A whole completion that says nothing: the request may have asked for it, so it is no sign of ill health. */
  empty: { code: 'provider_invalid_response', circuit: 'neutral', again: 'backoff', onward: 'any' },
  /** The model ran out of tokens: the answer is cut short, and would be again. */
  truncated: { code: 'provider_invalid_response', circuit: 'success', again: 'never', onward: 'any' },
  /** More bytes than any answer of this kind has. */
  too_large: { code: 'provider_invalid_response', circuit: 'failure', again: 'never', onward: 'any' },
  /** The answer does not continue what another provider has already said to the client. */
  diverged: { code: 'provider_invalid_response', circuit: 'success', again: 'never', onward: 'any' },
  /**
   * A whole completion whose content does not have the structure that was asked for. The task may lead the model astray: one
   * tenant's tasks must not close a provider to the others.
   */
  mismatched: { code: 'provider_invalid_response', circuit: 'neutral', again: 'repair', onward: 'any' },
} as const satisfies Record<string, FaultSpec>;

export type FaultKind = keyof typeof FAULTS;

export interface ProviderFaultOptions extends AppErrorOptions {
  /** The answer's token counts, where it had them: they are paid for, although it is unusable. */
  usage?: TokenCounts | undefined;
}

/** A failed attempt at a provider. Its detail never quotes the request or the answer: both hold user text. */
export class ProviderFault extends AppError {
  readonly usage: TokenCounts | undefined;

  constructor(
    readonly kind: FaultKind,
    { usage, ...options }: ProviderFaultOptions = {},
  ) {
    super(FAULTS[kind].code, options);
    this.usage = usage;
  }

  get fault(): FaultSpec {
    return FAULTS[this.kind];
  }
}
