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
   * How long after the first attempt at a provider another one may begin there, milliseconds; half of it while another
   * provider could answer. Default: for as long as there is time.
   */
  readonly retryWithinMs?: number;
  /** Attempts beyond the first at each provider, over all providers together, a repair included. */
  readonly retries: number;
}

/**
 * What became of a completion: the value in it, or none. A complaint is what the model is told to do better, in its one
 * repair; with a value it is a wish, and the value stands if the repair brings nothing better.
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
  /** What is kept of the deadline for whatever comes after the call, in milliseconds. Default: 0. */
  readonly reserveMs?: number | undefined;
  /** The provider to ask first; the rest of the chain follows it in its order. Default: the first of the chain. */
  readonly first?: string | undefined;
  /** Whose share of a provider's places it takes: a tenant's UUID. Default: the tenant of the request being served. */
  readonly tenantId?: string | undefined;
  /** `background` where nobody waits for the answer at this moment. Default: `interactive`. */
  readonly lane?: Lane | undefined;
  /** Names the call to the providers: `<session id>/<call key>`. */
  readonly callId?: string | undefined;
  /** Told when the call begins to wait for a place; what it returns, when that wait is over. */
  readonly onWait?: (() => () => void) | undefined;
  /** Told when an attempt begins. */
  readonly onBegin?: (() => void) | undefined;
  /** Told of an attempt when it is over. */
  readonly onAttempt?: ((attempt: LlmAttempt) => void) | undefined;
  /** The one provider to ask, and perhaps a model other than its own; nobody else answers then. */
  readonly only?: ChosenRoute | undefined;
  /** Passes the answer on while it is given; the value is then read from nothing. */
  readonly relay?: Relay | undefined;
  /** Told of the text of an answer as it comes. A later attempt begins anew: what was told of earlier ones is void. */
  readonly onDelta?: ((delta: TextDelta) => void) | undefined;
  /** Whether an answer that says itself that it ends early counts as one: see `ProviderCall.verbatim`. */
  readonly verbatim?: boolean | undefined;
}

export interface ChosenRoute {
  readonly provider: string;
  /** Default: the provider's own. */
  readonly model?: string | undefined;
}

/** A piece of text of an answer that is being given. */
export interface TextDelta {
  /** Of the call, from 1. */
  readonly attempt: number;
  readonly text: string;
}

/** A call that was answered. */
export interface LlmAnswer<T> {
  readonly value: T;
  readonly completion: ChatCompletion;
  /** Who gave it. */
  readonly provider: string;
  readonly model: string;
  /** Attempts in all, failed ones included. */
  readonly attempts: number;
}
