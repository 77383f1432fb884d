import {
  closeBeforeHead,
  contentFilter,
  contextTooLong,
  continuing,
  crlfLines,
  cutMidStream,
  emptyBody,
  emptyContent,
  errorEvent,
  errorIn200,
  garbageBody,
  malformedChunk,
  missingDone,
  noFinishReason,
  ok,
  rateLimited,
  rejectsPrefill,
  resetBeforeHead,
  serverError,
  silence,
  slowDrip,
  slowFirstToken,
  stallMidStream,
  streamed,
  unauthorized,
  type Behaviour,
} from '../../test/support/fake-provider/index.js';

/** What every provider says that answers. */
export const STORY =
  'Once upon a time a gateway stood between a client and its models. Models died, now and then, in the middle of a ' +
  'sentence, and the gateway found another one to finish it. Nobody noticed, and that was the point of it all.';

/** One way in which a first provider fails, while the next one is well. */
export interface GatewayFault {
  readonly name: string;
  /** Met by the first requests, in order. */
  readonly next?: () => readonly Behaviour[];
  /** Met by all requests after those. */
  readonly always?: Behaviour;
  /** What the second provider does. */
  readonly second?: Behaviour;
  /** What the client is to hear instead of the story. */
  readonly refusal?: string;
  /** Whether the first provider itself is to answer. */
  readonly stays?: boolean;
}

const content = STORY;

export const GATEWAY_FAULTS: readonly GatewayFault[] = [
  { name: '429 with Retry-After in seconds', next: () => [rateLimited({ retryAfter: 1 })], stays: true },
  {
    name: '429 with Retry-After as a date',
    next: () => [rateLimited({ retryAfter: new Date(Date.now() + 1000) })],
    stays: true,
  },
  { name: '429 with a Retry-After that does not fit', always: rateLimited({ retryAfter: 3600 }) },
  { name: '429 for ever', always: rateLimited() },
  { name: '500 once', next: () => [serverError()], stays: true },
  { name: '503 for ever', always: serverError(503) },
  { name: 'reset before the head', next: () => [resetBeforeHead()], stays: true },
  { name: 'hang-up before the head', next: () => [closeBeforeHead()], stays: true },
  { name: 'no answer at all', always: silence() },
  { name: 'slow first token', always: slowFirstToken(60_000) },
  { name: 'reset midway', always: cutMidStream({ content }) },
  { name: 'hang-up midway', always: cutMidStream({ how: 'close', content }) },
  { name: 'orderly end midway', always: cutMidStream({ how: 'end', content }) },
  { name: 'stall midway', always: stallMidStream({ content }) },
  { name: 'stall midway with keep-alives', always: stallMidStream({ content, keepAliveMs: 200 }) },
  { name: 'slow drip', always: slowDrip(700, { after: 6, content }) },
  { name: 'error event midway', always: errorEvent({ content }) },
  { name: 'no finish reason', next: () => [noFinishReason({ content })] },
  { name: 'malformed chunk', next: () => [malformedChunk({ content })] },
  { name: 'missing [DONE]', always: missingDone({ content }), stays: true },
  { name: 'lines that end in CRLF', always: crlfLines({ content }), stays: true },
  { name: 'slow but honest', always: streamed({ content, msPerChunk: 40 }), stays: true },
  { name: 'empty answer', next: () => [emptyContent()], stays: true },
  { name: 'empty body', next: () => [emptyBody()], stays: true },
  { name: 'error in a 200', next: () => [errorIn200()], stays: true },
  { name: 'page of a proxy', next: () => [garbageBody()], stays: true },
  { name: 'refused key', always: unauthorized() },
  { name: 'context too long', always: contextTooLong() },
  { name: 'content filter', always: contentFilter(), refusal: 'content_filtered' },
  {
    name: 'death midway, then one that rejects prefill',
    always: cutMidStream({ content }),
    second: rejectsPrefill(ok(STORY)),
  },
];

/** What the second provider does where nothing else is said: it goes on from any beginning of the story. */
export const WELL = continuing(STORY);
