import type { Clock } from '../../reliability/ports.js';
import type { OpenProviderAnswer } from '../http/provider-http.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatChunk, OpenAnswer, StreamCall } from '../provider.js';
import { EventReader } from './event-reader.js';
import { JsonBody } from './json-body.js';
import { StreamWatch } from './stream-watch.js';

/** How long to wait for usage and anything else after a finish reason, milliseconds. */
const AFTERTHOUGHT_MS = 500;

/** Translates the answers of one API into chunks. */
export interface EventTranslator {
  /**
   * @returns the chunks of an event; `done` for the event that ends the stream; `alive` for one that shows progress, of which
   * nothing can be passed on yet.
   * @throws ProviderFault for an event that is an error
   */
  read(data: string): readonly ChatChunk[] | 'done' | 'alive';
  /** Reads several events of a text at once, beginning at `from`, where one begins; undefined where it cannot. */
  skim?(text: string, from: number): { readonly chunk: ChatChunk; readonly end: number } | undefined;
  /**
   * @returns the chunks of an answer that was given whole, as one piece of JSON.
   * @throws ProviderFault when it is no usable answer, or an error
   */
  whole(text: string): readonly ChatChunk[];
}

export interface StreamParts {
  readonly call: StreamCall;
  /** The clock's monotonic milliseconds when the request was sent. */
  readonly sentMs: number;
  readonly clock: Clock;
}

/**
 * Reads a stream of events to the end of its answer, or an answer that came whole.
 * @throws ProviderFault when it stalls, breaks off, or ends without a finish reason; the signal's reason when it is aborted.
 */
export async function readStream(
  { exchange }: OpenProviderAnswer,
  translator: EventTranslator,
  answer: OpenAnswer,
  { call, sentMs, clock }: StreamParts,
): Promise<void> {
  let done = false;
  let understood = false;
  let alive = false;
  let over = false;
  let forget: (() => void) | undefined;
  const watch = new StreamWatch({
    clock,
    firstTokenByMs: sentMs + call.firstTokenMs,
    stallMs: call.stallMs,
    judgesPace: call.judgesPace,
    onFault: (fault) => exchange.breakOff(fault),
  });
  const reader = new EventReader({
    maxEventBytes: call.maxAnswerBytes,
    heard: (data) => {
      if (done) return;
      const chunks = translator.read(data);
      understood ||= chunks.length > 0;
      if (chunks === 'done') done = true;
      else if (chunks === 'alive') alive = true;
      else for (const chunk of chunks) answer.add(chunk);
    },
    skim: (text, from) => {
      const skimmed = done ? undefined : translator.skim?.(text, from);
      if (!skimmed) return from;
      answer.add(skimmed.chunk);
      return skimmed.end;
    },
  });
  const json = new JsonBody(call.maxAnswerBytes);
  const awaitAfterthought = (): void => {
    if (answer.isOver && !over) forget ??= clock.schedule(AFTERTHOUGHT_MS, () => exchange.stopReading());
  };
  const heardEnough = (): boolean => answer.isWhole || done;
  try {
    await exchange.flow({
      take: (bytes) => {
        if (json.takes(bytes)) return undefined;
        reader.push(bytes);
        return heardEnough() ? 'enough' : undefined;
      },
      taken: () => {
        const pieces = answer.takePieces();
        if (pieces > 0) watch.said(pieces);
        else if (alive) watch.lives();
        alive = false;
        if (answer.isOver) watch.release();
        const ready = answer.taken();
        if (!ready) {
          awaitAfterthought();
          return undefined;
        }
        watch.pause();
        // Usage that came meanwhile has not been read yet: the wait for it starts over.
        forget?.();
        forget = undefined;
        return ready.then(() => {
          watch.resume();
          awaitAfterthought();
        });
      },
    });
    const { text } = json;
    if (text !== undefined) for (const chunk of translator.whole(text)) answer.add(chunk);
    else if (!heardEnough()) reader.end();
  } catch (error) {
    // A failure after the last word does not spoil the answer, nor does a client that leaves once it has heard it.
    if (!answer.isSaid || (!answer.isOver && isBreak(error))) throw error;
  } finally {
    over = true;
    watch.release();
    forget?.();
  }
  if (answer.isFinished) return;
  throw understood
    ? new ProviderFault('reset', { detail: 'The stream ended before its answer was whole.' })
    : new ProviderFault('malformed', { detail: 'What the provider sent was no stream.' });
}

/** Whether a stream broke, or reported a failure. A silence is neither: it confirms a finish reason that was not trusted yet. */
function isBreak(error: unknown): boolean {
  return error instanceof ProviderFault && error.kind !== 'too_slow';
}
