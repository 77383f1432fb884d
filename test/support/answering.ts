import type { Dispatcher } from 'undici';
import type { Exchange } from '../../src/llm/http/exchange.js';

/** The body of an answer that an exchange is given, without a network. */
export interface AnsweringBody {
  /** Whether the exchange wants no more for now. */
  readonly paused: boolean;
  /** Why the exchange has ended it. */
  readonly reason: Error | null;
  write(text: string): void;
  end(text?: string): void;
  /** The connection breaks. */
  fail(error: Error): void;
}

/** Begins to answer an exchange, in the manner of undici. */
export function answering(exchange: Exchange): AnsweringBody {
  const controller = {
    aborted: false as boolean,
    paused: false as boolean,
    reason: null as Error | null,
    rawHeaders: null,
    rawTrailers: null,
    abort(reason: Error) {
      controller.aborted = true;
      controller.reason = reason;
    },
    pause: () => void (controller.paused = true),
    resume: () => void (controller.paused = false),
  } satisfies Dispatcher.DispatchController;
  const write = (text: string) => exchange.onResponseData(controller, Buffer.from(text));
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, {});
  return {
    get paused() {
      return controller.paused;
    },
    get reason() {
      return controller.reason;
    },
    write,
    end(text) {
      if (text !== undefined) write(text);
      exchange.onResponseEnd();
    },
    fail: (error) => exchange.onResponseError(controller, error),
  };
}
