import { bodyOf, contentOf, okWith, piecesOf, type Content } from './answers.js';
import type { Frame } from './dialect.js';
import type { Behaviour, Exchange } from './exchange.js';

/** How a stream goes. A request that asks for none gets its body in eight pieces that go the same way. */
export interface Pace {
  /** The content piece by piece; words of `content` when left out. */
  readonly chunks?: readonly string[];
  readonly content?: Content;
  /** Milliseconds before a piece; by its index, 0 for the first, when it is a function. */
  readonly msPerChunk?: number | ((index: number) => number);
  /** Milliseconds between the head and the first token, beside those per piece. */
  readonly firstTokenMs?: number;
  /** Sends keep-alives in every silence, so many milliseconds apart: a comment, or Anthropic's ping. */
  readonly keepAliveMs?: number;
}

/** After how many pieces of content something happens; after half of them when left out. */
interface Midway extends Pace {
  readonly after?: number;
}

export function streamed(pace: Pace = {}): Behaviour {
  return playing('streamed', pace);
}

/** The head, and perhaps an empty opening, at once; tokens late. */
export function slowFirstToken(ms: number, pace: Pace = {}): Behaviour {
  return playing('slowFirstToken', { ...pace, firstTokenMs: ms });
}

/** Up to speed first, when `after` says so, then so many milliseconds before every piece. */
export function slowDrip(ms: number, { after = 0, ...pace }: Midway = {}): Behaviour {
  return playing('slowDrip', { ...pace, msPerChunk: (index) => (index < after ? 0 : ms) });
}

/** Breaks off: with a reset, with a FIN in mid-body, or with a body that ends in good order but too early. */
export function cutMidStream({
  how = 'reset',
  ...pace
}: Midway & { readonly how?: 'reset' | 'close' | 'end' } = {}): Behaviour {
  return playing(`cutMidStream ${how}`, pace, { edit: (frames) => upTo(frames, pace.after), ending: how });
}

/** Falls silent, but for keep-alives, and stays connected. */
export function stallMidStream(pace: Midway = {}): Behaviour {
  return playing('stallMidStream', pace, { edit: (frames) => upTo(frames, pace.after), ending: 'stall' });
}

/** An event with broken JSON, on top of a stream that is whole. Of a body that is no stream: half of it, orderly. */
export function malformedChunk(pace: Midway = {}): Behaviour {
  const insert = (frames: readonly Frame[], { dialect, call }: Exchange): readonly Frame[] => {
    const before = upTo(frames, pace.after);
    if (!call.stream) return before;
    return [...before, { kind: 'opening', text: dialect.malformedFrame }, ...frames.slice(before.length)];
  };
  return playing('malformedChunk', pace, { edit: insert });
}

/** The last event is missing. With `open` the connection does not end either. */
export function missingDone({ open = false, ...pace }: Pace & { readonly open?: boolean } = {}): Behaviour {
  return playing('missingDone', pace, { edit: without('done'), ending: open ? 'stall' : 'end' });
}

/** Nothing follows the finish reason, and the connection does not end: the answer is whole, but its token counts are missing. */
export function missingUsage(pace: Pace = {}): Behaviour {
  const edit = (frames: readonly Frame[]) => frames.filter(({ kind }) => kind !== 'usage' && kind !== 'done');
  return playing('missingUsage', pace, { edit, ending: 'stall' });
}

/** Everything but the finish reason: nothing says that the answer is whole. */
export function noFinishReason(pace: Pace = {}): Behaviour {
  const stream = playing('noFinishReason', pace, { edit: without('finish') });
  const whole = (exchange: Exchange) => okWith({ content: contentOf(exchange, pace.content), finish: null });
  return {
    name: stream.name,
    play: (exchange) => (exchange.call.stream ? stream : whole(exchange)).play(exchange),
  };
}

/** One event that carries that many bytes. */
export function hugeChunk(bytes: number): Behaviour {
  return playing('hugeChunk', { chunks: ['x'.repeat(bytes)] });
}

/** The provider says in mid-stream that it has failed, and ends in good order. */
export function errorEvent(pace: Midway = {}): Behaviour {
  const fail = (frames: readonly Frame[], { dialect }: Exchange): readonly Frame[] => [
    ...upTo(frames, pace.after),
    { kind: 'opening', text: dialect.errorFrame },
  ];
  return playing('errorEvent', pace, { edit: fail });
}

/** Lines that end in CRLF, which the format of event streams allows. */
export function crlfLines(pace: Pace = {}): Behaviour {
  const edit = (frames: readonly Frame[]) =>
    frames.map(({ kind, text }) => ({ kind, text: text.replaceAll('\n', '\r\n') }));
  return playing('crlfLines', pace, { edit });
}

type Ending = 'reset' | 'close' | 'end' | 'stall';

interface Course {
  readonly edit?: (frames: readonly Frame[], exchange: Exchange) => readonly Frame[];
  readonly ending?: Ending;
}

function playing(name: string, pace: Pace, { edit = (frames) => frames, ending = 'end' }: Course = {}): Behaviour {
  return {
    name,
    async play(exchange) {
      await exchange.head();
      let index = 0;
      for (const { kind, text } of edit(framesOf(exchange, pace), exchange)) {
        if (kind === 'delta') await breathe(exchange, silenceBefore(index++, pace), pace.keepAliveMs);
        await exchange.chunk(text);
      }
      await endings[ending](exchange, pace);
    },
  };
}

const endings: Record<Ending, (exchange: Exchange, pace: Pace) => void | Promise<void>> = {
  reset: (exchange) => exchange.reset(),
  close: (exchange) => exchange.close(),
  end: (exchange) => exchange.endOfChunks(),
  stall: (exchange, pace) => breathe(exchange, Infinity, pace.keepAliveMs),
};

function framesOf(exchange: Exchange, { chunks, content }: Pace): readonly Frame[] {
  const { call, dialect } = exchange;
  const text = chunks?.join('') ?? contentOf(exchange, content);
  if (call.stream) return dialect.frames(call, { content: text }, chunks ?? piecesOf(text));
  const body = bodyOf(exchange, { content: text });
  const size = Math.ceil(body.length / 8);
  return Array.from({ length: 8 }, (_, index) => ({
    kind: 'delta',
    text: body.slice(index * size, (index + 1) * size),
  }));
}

function silenceBefore(index: number, { msPerChunk = 0, firstTokenMs = 0 }: Pace): number {
  const ms = typeof msPerChunk === 'number' ? msPerChunk : msPerChunk(index);
  return ms + (index === 0 ? firstTokenMs : 0);
}

async function breathe(exchange: Exchange, ms: number, keepAliveMs = Infinity): Promise<void> {
  const keptAlive = exchange.call.stream ? keepAliveMs : Infinity;
  let left = ms;
  for (; left > keptAlive; left -= keptAlive) {
    await exchange.pause(keptAlive);
    await exchange.chunk(exchange.dialect.keepAliveFrame);
  }
  await exchange.pause(left);
}

function upTo(frames: readonly Frame[], after: number | undefined): readonly Frame[] {
  const deltas = frames.filter(({ kind }) => kind === 'delta').length;
  const most = after ?? Math.ceil(deltas / 2);
  let seen = 0;
  const end = frames.findIndex(({ kind }) => (kind === 'delta' ? ++seen > most : kind === 'finish'));
  return end < 0 ? frames : frames.slice(0, end);
}

function without(kind: Frame['kind']): (frames: readonly Frame[]) => readonly Frame[] {
  return (frames) => frames.filter((frame) => frame.kind !== kind);
}
