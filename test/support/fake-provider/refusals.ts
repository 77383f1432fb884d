import { filteredAnswer } from './answers.js';
import type { Refusal } from './dialect.js';
import type { Behaviour } from './exchange.js';

interface Response {
  readonly headers?: Readonly<Record<string, string>>;
  /** In the API's own shape when left out. */
  readonly body?: object | string;
}

/** Any status, with whatever body: `status(200, { body: { hello: 'world' } })`. */
export function status(code: number, { headers, body }: Response = {}): Behaviour {
  const refusal: Refusal = code === 429 ? 'rate_limited' : code >= 500 ? 'server_error' : 'bad_request';
  return {
    name: `status ${code}`,
    play: (exchange) => exchange.respond(code, body ?? exchange.dialect.refusal(refusal).body, headers),
  };
}

/** 429. `retryAfter` in seconds, as a date, or in words of one's own. */
export function rateLimited({ retryAfter }: { readonly retryAfter?: number | Date | string } = {}): Behaviour {
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  return { ...status(429, retryAfter === undefined ? {} : { headers: { 'retry-after': value } }), name: 'rateLimited' };
}

export function serverError(code = 500, response: Response = {}): Behaviour {
  return { ...status(code, response), name: `serverError ${code}` };
}

export function badRequest(): Behaviour {
  return refusing('bad_request');
}

/** 401. */
export function unauthorized(): Behaviour {
  return refusing('unauthorized');
}

/** 404. */
export function modelNotFound(): Behaviour {
  return refusing('not_found');
}

/** The credit is used up: 429 at OpenAI, 400 at Anthropic, and no wait helps. */
export function quotaExhausted(): Behaviour {
  return refusing('quota_exhausted');
}

export function contextTooLong(): Behaviour {
  return refusing('context_too_long');
}

/** Refuses on grounds of content: with a 400, or in a whole answer by its finish reason or its `refusal`. */
export function contentFilter(how: 'status' | 'finish_reason' | 'refusal' = 'status'): Behaviour {
  return how === 'status' ? refusing('content_filter') : filteredAnswer(how);
}

/** A refusal when the last message is the assistant's: 400, unless given; else the other behaviour. */
export function rejectsPrefill(otherwise: Behaviour, refusal = refusing('prefill')): Behaviour {
  return {
    name: 'rejectsPrefill',
    play: (exchange) => (exchange.call.prefill === undefined ? otherwise : refusal).play(exchange),
  };
}

/** 200, and the body is an error all the same. */
export function errorIn200(): Behaviour {
  return {
    name: 'errorIn200',
    async play(exchange) {
      if (!exchange.call.stream) return exchange.respond(200, exchange.dialect.refusal('server_error').body);
      await exchange.head();
      await exchange.chunk(exchange.dialect.errorFrame);
      return exchange.endOfChunks();
    },
  };
}

/** 200 with the page of some proxy. */
export function garbageBody(): Behaviour {
  const body = '<!doctype html><html><head><title>Welcome</title></head><body>It works!</body></html>';
  return { ...status(200, { body, headers: { 'content-type': 'text/html' } }), name: 'garbageBody' };
}

/** 200 and not one byte of a body. */
export function emptyBody(): Behaviour {
  return { ...status(200, { body: '' }), name: 'emptyBody' };
}

function refusing(refusal: Refusal): Behaviour {
  return {
    name: refusal,
    play(exchange) {
      const { status: code, body } = exchange.dialect.refusal(refusal);
      return exchange.respond(code, body);
    },
  };
}
