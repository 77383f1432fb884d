import { setImmediate as nextTurn } from 'node:timers/promises';
import { bodyOf, contentOf, ok, type Content } from './answers.js';
import { headOf, type Behaviour, type Exchange } from './exchange.js';

/** Takes the request and never says a word. */
export function silence(): Behaviour {
  return { name: 'silence', play: (exchange) => exchange.pause(Infinity) };
}

/** Promises an answer, and is silent. */
export function silenceAfterHead(): Behaviour {
  return {
    name: 'silenceAfterHead',
    async play(exchange) {
      await exchange.head();
      await exchange.pause(Infinity);
    },
  };
}

export function resetBeforeHead(): Behaviour {
  return { name: 'resetBeforeHead', play: (exchange) => exchange.reset() };
}

export function closeBeforeHead(): Behaviour {
  return { name: 'closeBeforeHead', play: (exchange) => exchange.close() };
}

/** Half a body, then a reset. */
export function resetMidBody(framing: 'length' | 'chunks' = 'length'): Behaviour {
  return {
    name: 'resetMidBody',
    async play(exchange) {
      await halfOfBody(exchange, framing);
      await exchange.reset();
    },
  };
}

/** Half a body, then an orderly end of the connection: short of the Content-Length, or without the last chunk. */
export function closeMidBody(framing: 'length' | 'chunks' = 'length'): Behaviour {
  return {
    name: 'closeMidBody',
    async play(exchange) {
      await halfOfBody(exchange, framing);
      exchange.close();
    },
  };
}

/** Not HTTP at all. */
export function garbageBytes(): Behaviour {
  return {
    name: 'garbageBytes',
    async play(exchange) {
      await exchange.write(Buffer.from('000102fffe48454c4c4f0d0a0d0a1603010000', 'hex'));
      exchange.close();
    },
  };
}

/** Answers in full, lets the client believe that the connection stays, and closes it: a request may be on its way. */
export function hangUpAfter(behaviour: Behaviour = ok()): Behaviour {
  return {
    name: `${behaviour.name}, then a hang-up`,
    async play(exchange) {
      await behaviour.play(exchange);
      exchange.close();
    },
  };
}

const PIECE = 'x'.repeat(16_384);

/** An answer of that many bytes and more, never faster than the client reads. `declared` gives it a Content-Length. */
export function huge(bytes: number, { declared = false } = {}): Behaviour {
  return {
    name: 'huge',
    async play(exchange) {
      const body = bodyOf(exchange, { content: PIECE }, [PIECE]);
      const { from, to } = repeatable(exchange, body);
      const times = Math.ceil(bytes / PIECE.length);
      const length = body.length + (to - from) * (times - 1);
      const send = (text: string) => (declared ? exchange.write(text) : exchange.chunk(text));
      await exchange.head(declared ? { 'content-length': String(length) } : {});
      await send(body.slice(0, from));
      for (let count = 0; count < times; count += 1) await send(body.slice(from, to));
      await send(body.slice(to));
      if (!declared) await exchange.endOfChunks();
    },
  };
}

/** A whole answer, byte by byte: each in a packet and a chunk of its own. */
export function splitAtEveryByte(content?: Content): Behaviour {
  return {
    name: 'splitAtEveryByte',
    async play(exchange) {
      const body = Buffer.from(bodyOf(exchange, { content: contentOf(exchange, content) }));
      await exchange.head();
      for (const byte of body) {
        await exchange.chunk(Buffer.of(byte));
        await nextTurn();
      }
      await exchange.endOfChunks();
    },
  };
}

/** The part of a body that can be repeated: a part of the content, or a whole event. */
function repeatable({ call }: Exchange, body: string): { from: number; to: number } {
  const at = body.indexOf(PIECE);
  if (!call.stream) return { from: at, to: at + PIECE.length };
  return { from: body.lastIndexOf('\n\n', at) + 2, to: body.indexOf('\n\n', at) + 2 };
}

async function halfOfBody(exchange: Exchange, framing: 'length' | 'chunks'): Promise<void> {
  const body = Buffer.from(bodyOf(exchange, { content: exchange.defaultContent() }));
  const half = body.subarray(0, Math.ceil(body.length / 2));
  if (framing === 'chunks') {
    await exchange.head();
    return exchange.chunk(half);
  }
  const type = exchange.call.stream ? 'text/event-stream' : 'application/json';
  const head = headOf(200, { 'content-type': type, 'content-length': String(body.length) });
  return exchange.write(Buffer.concat([Buffer.from(head), half]));
}
