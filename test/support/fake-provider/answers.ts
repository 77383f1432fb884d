import type { Answer } from './answer.js';
import type { ReceivedCall } from './call.js';
import { chunkOf, headOf, type Behaviour, type Exchange } from './exchange.js';

/** The content of an answer: text, or an object that is said as JSON. */
export type Content = string | object;

/** A whole answer, streamed when the request asks for a stream. Without content the provider's default one. */
export function ok(content?: Content): Behaviour {
  return saying('ok', (exchange) => ({ content: contentOf(exchange, content) }));
}

/** An answer with more to it than content. */
export function okWith(answer: Answer): Behaviour {
  return saying('okWith', () => answer);
}

export function toolCall(name: string, input: object): Behaviour {
  return saying('toolCall', () => ({ content: JSON.stringify(input), toolCall: { name, input } }));
}

/**
 * The same bytes for every request to a path, prepared at the first one, whose id and model they name. For
 * benchmarks.
 */
export function instant(content: Content): Behaviour {
  const prepared = new Map<string, Buffer>();
  return {
    name: 'instant',
    play(exchange) {
      const key = `${exchange.call.path} ${exchange.call.stream}`;
      let bytes = prepared.get(key);
      if (!bytes) {
        bytes = bytesOf(exchange, { content: contentOf(exchange, content) });
        prepared.set(key, bytes);
      }
      exchange.writeAtOnce(bytes);
    },
  };
}

/** Continues a prefill that the text begins with, else says the whole text. A few models repeat some of the prefill. */
export function continuing(text: string, { overlap = 0 } = {}): Behaviour {
  return saying('continuing', ({ call: { prefill = '' } }) => ({
    content: text.startsWith(prefill) ? text.slice(Math.max(0, prefill.length - overlap)) : text,
  }));
}

export function emptyContent(): Behaviour {
  return saying('emptyContent', () => ({ content: '' }));
}

/** Stops in the middle of the content and calls that the end. */
export function truncatedJson(content?: Content): Behaviour {
  return saying('truncatedJson', (exchange) => ({ content: firstHalf(contentOf(exchange, content)) }));
}

/** Stops in the middle of the content and says that the tokens were used up. */
export function truncatedByLength(content?: Content): Behaviour {
  return saying('truncatedByLength', (exchange) => ({
    content: firstHalf(contentOf(exchange, content)),
    finish: 'length',
  }));
}

/** JSON of another shape than was asked for. */
export function wrongSchema(): Behaviour {
  return saying('wrongSchema', () => ({ content: JSON.stringify({ answer: 42, steps: 'none' }) }));
}

/** The model, or a filter behind it, stops the answer. For a filter before it see {@link contentFilter}. */
export function filteredAnswer(how: 'finish_reason' | 'refusal'): Behaviour {
  return saying(`contentFilter ${how}`, (exchange) =>
    how === 'refusal'
      ? { content: '', refusal: 'I cannot help with that.' }
      : { content: firstHalf(exchange.defaultContent()), finish: 'content_filter' },
  );
}

/** A behaviour for the first times that a prompt is seen, another one from then on: `atFirst(serverError())`. */
export function atFirst(first: Behaviour, { times = 1, later = ok() } = {}): Behaviour {
  const seen = new Map<string, number>();
  return {
    name: `atFirst ${first.name}`,
    play(exchange) {
      const key = promptKey(exchange.call);
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      return (count < times ? first : later).play(exchange);
    },
  };
}

/** Wrong first, right when the same prompt comes again, with the faults named or not. */
export function repairedAtSecondTry(content?: Content): Behaviour {
  return { ...atFirst(wrongSchema(), { later: ok(content) }), name: 'repairedAtSecondTry' };
}

/** The behaviour, so many milliseconds after the request. */
export function after(ms: number, behaviour: Behaviour): Behaviour {
  return {
    name: `${behaviour.name} after ${ms} ms`,
    async play(exchange) {
      await exchange.pause(ms);
      await behaviour.play(exchange);
    },
  };
}

/** Silent for a while, then well. */
export function slow(ms: number, content?: Content): Behaviour {
  return after(ms, ok(content));
}

export function contentOf(exchange: Exchange, content: Content | undefined): string {
  if (content === undefined) return exchange.defaultContent();
  return typeof content === 'string' ? content : JSON.stringify(content);
}

/** The body of an answer, as a stream of events when the request asks for one. */
export function bodyOf({ dialect, call }: Exchange, answer: Answer, chunks = piecesOf(answer.content)): string {
  if (!call.stream) return JSON.stringify(dialect.completion(call, answer));
  return dialect
    .frames(call, answer, chunks)
    .map(({ text }) => text)
    .join('');
}

/** Word by word, as models do it. */
export function piecesOf(content: string): readonly string[] {
  return content.match(/\s*\S{1,8}|\s+$/g) ?? [];
}

function saying(name: string, answer: (exchange: Exchange) => Answer): Behaviour {
  return { name, play: (exchange) => exchange.write(bytesOf(exchange, answer(exchange))) };
}

/** Head and body in one piece; each event of a stream is a chunk of its own. */
function bytesOf(exchange: Exchange, answer: Answer): Buffer {
  const { call, dialect } = exchange;
  if (!call.stream) {
    const body = bodyOf(exchange, answer);
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
    return Buffer.from(headOf(200, headers) + body);
  }
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'transfer-encoding': 'chunked' };
  const frames = dialect.frames(call, answer, piecesOf(answer.content));
  return Buffer.concat([
    Buffer.from(headOf(200, headers)),
    ...frames.map(({ text }) => chunkOf(text)),
    Buffer.from('0\r\n\r\n'),
  ]);
}

function firstHalf(text: string): string {
  return [...text].slice(0, Math.ceil(text.length / 2)).join('');
}

/** What a second try shares with the first: where it comes from, and what the user said first. */
function promptKey({ callId, messages }: ReceivedCall): string {
  return JSON.stringify([callId, messages.find(({ role }) => role === 'user')?.content]);
}
