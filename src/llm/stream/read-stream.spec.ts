import { describe, expect, it } from '@jest/globals';
import { answering } from '../../../test/support/answering.js';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { MessageStream } from '../anthropic/message-stream.js';
import { Exchange } from '../http/exchange.js';
import { chunkReader } from '../openai/openai-stream.js';
import type { ChatChunk } from '../provider.js';
import { readStream } from './read-stream.js';
import { StreamedAnswer } from './streamed-answer.js';

const FIRST_TOKEN_MS = 20_000;
const STALL_MS = 15_000;

/** A message whose structured answer is the input of the tool `plan`. */
function reading() {
  const clock = new ManualClock();
  const { signal } = new AbortController();
  const exchange = new Exchange({ timeoutMs: FIRST_TOKEN_MS, signal }, clock);
  const body = answering(exchange);
  let content = '';
  const answer = new StreamedAnswer({
    listener: { chunk: (_chunk, { text }) => void (content += text) },
    verbatim: true,
    answers: 1,
    mayBeEmpty: false,
    onSaid: () => {},
  });
  const stream = new MessageStream({ answerTool: 'plan', model: 'm', headers: {}, clock, verbatim: true });
  const limits = { model: 'm', signal, maxAnswerBytes: 1000, judgesPace: () => true };
  const call = { ...limits, firstTokenMs: FIRST_TOKEN_MS, stallMs: STALL_MS };
  const open = { status: 200, headers: {}, exchange };
  const ended = readStream(open, stream, answer, { call, sentMs: 0, clock });
  ended.catch(() => {});
  /** Sends an event, and lets so much time pass. */
  const send = async (event: object, ms: number) => {
    body.write(`data: ${JSON.stringify(event)}\n\n`);
    await clock.advance(ms);
  };
  return { send, ended, content: () => content };
}

const start = (block: object) => ({ type: 'content_block_start', index: 0, content_block: block });
const text = (words: string) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } });
const ENDS = [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
];
const SLOW_MS = 12_000;

describe('a message that is being streamed', () => {
  it('is not taken for silent while text is kept back that may be no answer', async () => {
    const { send, ended, content } = reading();
    await send(start({ type: 'text', text: '' }), 1000);
    for (const words of ['{"a"', ':', '1', '}']) await send(text(words), SLOW_MS);
    for (const event of [...ENDS, { type: 'message_stop' }]) await send(event, 0);
    await ended;
    expect(content()).toBe('{"a":1}');
  });

  it('is not taken for silent while it pings in the midst of the input of a tool', async () => {
    const { send, ended, content } = reading();
    await send(start({ type: 'tool_use', id: 'x', name: 'plan', input: {} }), 1000);
    for (let ping = 0; ping < 5; ping += 1) await send({ type: 'ping' }, SLOW_MS);
    await send(
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
      0,
    );
    for (const event of [...ENDS, { type: 'message_stop' }]) await send(event, 0);
    await ended;
    expect(content()).toBe('{"a":1}');
  });

  it.each([
    ['pings before anything has begun', { type: 'ping' }, 'silent'],
    ['pings outside of a tool', start({ type: 'text', text: '' }), 'silent'],
  ])('is silent all the same when it only %s', async (_, first, kind) => {
    const { send, ended } = reading();
    await send(first, 1000);
    for (let ping = 0; ping < 5; ping += 1) await send({ type: 'ping' }, SLOW_MS);
    await expect(ended).rejects.toMatchObject({ kind });
  });
});

const chunk = (fields: object) => `data: ${JSON.stringify({ id: 'c', model: 'm', ...fields })}\n\n`;
const LAST_WORD =
  chunk({ choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }] }) +
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });

/** A stream whose reader takes nothing more before it is told to. */
function readingSlowly() {
  const clock = new ManualClock();
  const { signal } = new AbortController();
  const exchange = new Exchange({ timeoutMs: FIRST_TOKEN_MS, signal }, clock);
  const body = answering(exchange);
  const heard: ChatChunk[] = [];
  let take = () => {};
  let ready: Promise<void> | undefined = new Promise((resolve) => (take = resolve));
  const answer = new StreamedAnswer({
    listener: { chunk: (one) => void heard.push(one), taken: () => ready },
    verbatim: true,
    answers: 1,
    mayBeEmpty: false,
    onSaid: () => {},
  });
  const limits = { model: 'm', signal, maxAnswerBytes: 1000, judgesPace: () => true };
  const call = { ...limits, firstTokenMs: FIRST_TOKEN_MS, stallMs: STALL_MS };
  const open = { status: 200, headers: {}, exchange };
  const ended = readStream(open, chunkReader({ model: 'm', headers: {}, clock }), answer, { call, sentMs: 0, clock });
  const takeAll = () => {
    ready = undefined;
    take();
  };
  return { clock, body, heard, answer, ended, takeAll };
}

describe('a stream whose reader is slow', () => {
  it('keeps what follows the last word for as long as nobody takes it', async () => {
    const { clock, body, heard, answer, ended, takeAll } = readingSlowly();
    body.write(LAST_WORD);
    await clock.advance(0);
    body.end(chunk({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }));
    await clock.advance(STALL_MS);
    takeAll();
    await ended;
    expect(heard.at(-1)?.body['usage']).toMatchObject({ completion_tokens: 2 });
    expect(answer.tokens).toMatchObject({ completion_tokens: 2 });
    expect(clock.pending).toBe(0);
  });

  it('is waited for no longer than any other once it is taken, where nothing follows', async () => {
    const { clock, body, ended, takeAll } = readingSlowly();
    body.write(LAST_WORD);
    await clock.advance(STALL_MS);
    takeAll();
    await clock.advance(1000);
    await ended;
    expect(clock.monotonicMs()).toBe(STALL_MS + 1000);
  });
});

it('has broken off when its last event comes without a finish reason, whatever the connection does', async () => {
  const { clock, body, ended, takeAll } = readingSlowly();
  let fault: unknown;
  ended.catch((error: unknown) => (fault = error));
  takeAll();
  body.write(chunk({ choices: [{ index: 0, delta: { content: 'Hel' }, finish_reason: null }] }) + 'data: [DONE]\n\n');
  await clock.advance(0);
  expect(fault).toMatchObject({ kind: 'reset' });
});
