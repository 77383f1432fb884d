import type { Lane } from '../../reliability/bulkhead/places.js';
import type { Deadline } from '../../reliability/deadline/deadline.js';
import type { ChatCompletion, ChatRequest } from '../provider.js';
import type { LlmAttempt } from './llm-attempt.js';
import type { Relay } from './relay.js';

/** What a kind of call may cost: a breakdown is over in seconds, a council's seat may take minutes. */
export interface CallLimits {
  /** One attempt, in milliseconds; a provider's own setting can only shorten it. */
  readonly attemptMs: number;
  /**
   * The whole call, over all attempts and the waits between them, in milliseconds; waiting for a place at a busy provider
   * does not count. Default: as long as the deadline allows.
   */
  readonly totalMs?: number;
  /** One answer. */
  readonly maxAnswerBytes: number;
  /**
   * How long after its first attempt a provider may be retried, milliseconds; half as long while another provider could
   * answer. Default: for as long as there is time.
   */
  readonly retryWithinMs?: number;
  /** Retries and repairs over all providers together; the first attempt at each provider is free. */
  readonly retries: number;
}

/**
 * What the caller reads out of a completion: a value, or none. A complaint tells the model what to do better in its one
 * repair. Beside a value it is only a wish: the value stands if the repair brings none.
 */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly complaint?: string | undefined }
  | { readonly ok: false; readonly complaint: string };

/** A call over the chain of providers. */
export interface LlmCall<T> {
  readonly request: ChatRequest;
  /** Takes the value out of the message content. Must not throw. */
  readonly read: (content: string) => Reading<T>;
  readonly limits: CallLimits;
  readonly deadline: Deadline;
  /** Milliseconds of the deadline that are kept for the caller's work after the call. Default: 0. */
  readonly reserveMs?: number | undefined;
  /** The provider to ask first; the rest of the chain follows it in its order. Default: the first of the chain. */
  readonly first?: string | undefined;
  /** The tenant (UUID) whose share of a provider's places it takes. Default: the tenant of the request being served. */
  readonly tenantId?: string | undefined;
  /** `background` when no client waits for the answer right now. Default: `interactive`. */
  readonly lane?: Lane | undefined;
  /** Names the call to the providers: `<session id>/<call key>`. */
  readonly callId?: string | undefined;
  /** Called when the call begins to wait for a place; the function that it returns is called when that wait is over. */
  readonly onWait?: (() => () => void) | undefined;
  /** Called when an attempt begins. */
  readonly onBegin?: (() => void) | undefined;
  /** Called when an attempt is over. */
  readonly onAttempt?: ((attempt: LlmAttempt) => void) | undefined;
  /** The only provider to ask, perhaps for a model other than its own: there is no fallback. */
  readonly only?: ChosenRoute | undefined;
  /** Passes the answer on as it streams; `read` then gets an empty content. */
  readonly relay?: Relay | undefined;
  /** Called with each piece of text as it comes. A later attempt starts over: the text of earlier ones is void. */
  readonly onDelta?: ((delta: TextDelta) => void) | undefined;
  /** Whether an answer that declares its own early end is accepted: see `ProviderCall.verbatim`. */
  readonly verbatim?: boolean | undefined;
}

export interface ChosenRoute {
  readonly provider: string;
  /** Default: the provider's own. */
  readonly model?: string | undefined;
}

/** A piece of text of a streaming answer. */
export interface TextDelta {
  /** The attempt of the call, from 1. */
  readonly attempt: number;
  readonly text: string;
}

/** A call that was answered. */
export interface LlmAnswer<T> {
  readonly value: T;
  readonly completion: ChatCompletion;
  /** The provider that answered. */
  readonly provider: string;
  readonly model: string;
  /** Attempts in all, failed ones included. */
  readonly attempts: number;
}
