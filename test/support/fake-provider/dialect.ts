import type { Answer } from './answer.js';
import type { ReceivedCall } from './call.js';

/** One event of a stream, and what it is for: faults leave out, add to or break off at a kind of event. */
export interface Frame {
  readonly kind: 'opening' | 'delta' | 'finish' | 'usage' | 'done';
  readonly text: string;
}

/** What an API says instead of an answer. */
export type Refusal =
  | 'bad_request'
  | 'unauthorized'
  | 'not_found'
  | 'context_too_long'
  | 'content_filter'
  | 'prefill'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'server_error';

/** An API's way to say what every model says. */
export interface Dialect {
  completion(call: ReceivedCall, answer: Answer): object;
  /** The events of a stream; `chunks` is the content of the answer in pieces. */
  frames(call: ReceivedCall, answer: Answer, chunks: readonly string[]): readonly Frame[];
  refusal(refusal: Refusal): { readonly status: number; readonly body: object };
  /** An error within a stream. */
  readonly errorFrame: string;
  /** A data line whose JSON is broken. */
  readonly malformedFrame: string;
  /** A keep-alive. */
  readonly keepAliveFrame: string;
}

/** The usual estimate: about four characters to a token. */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}
