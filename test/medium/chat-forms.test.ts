import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { chat, heardFrom } from '../support/chat.js';
import { ok, type Behaviour } from '../support/fake-provider/index.js';

const STORY = 'Called by the wrong name, it was still the same answer.';

/** Tells of an answer in its own way: its form by the request, or always one piece of JSON; its type as it likes. */
function typed(type: string | undefined, { whole = false, endless = false } = {}): Behaviour {
  return {
    name: 'typed',
    async play(exchange) {
      const { call, dialect } = exchange;
      const lines = type === undefined ? '' : `content-type: ${type}\r\n`;
      await exchange.write(`HTTP/1.1 200 OK\r\n${lines}transfer-encoding: chunked\r\n\r\n`);
      if (call.stream && !whole)
        for (const { text } of dialect.frames(call, { content: STORY }, STORY.match(/\S+\s*/g) ?? []))
          await exchange.chunk(text);
      else await exchange.chunk(JSON.stringify(dialect.completion(call, { content: STORY })));
      if (!endless) await exchange.endOfChunks();
    },
  };
}

describe.each(KINDS)('an answer whose type is told wrongly, %s', (kind) => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.double({ kind, env: { LLM_A_FIRST_TOKEN_TIMEOUT_MS: '1000' } });
  });
  afterAll(() => chain.close());
  beforeEach(() => {
    chain.a.clear();
    chain.b.clear().always(ok('from b'));
  });

  const TYPES = [
    'application/json',
    'text/event-stream',
    'text/plain',
    'text/html; charset=latin1',
    'rubbish',
    undefined,
  ];

  it.each(TYPES)('is heard whatever it is called: %s', async (type) => {
    chain.a.always(typed(type));
    for (const stream of [true, false])
      expect(await chat(chain, { stream })).toMatchObject({ content: STORY, models: ['a/m'], isWhole: true });
  });

  it.each(TYPES)('is said as a stream when it was given whole: %s', async (type) => {
    chain.a.always(typed(type, { whole: true }));
    expect(await heardFrom(chain.app.baseUrl)).toMatchObject({ content: STORY, finish: 'stop', isDone: true });
    expect([chain.a.count, chain.b.count]).toEqual([1, 0]);
  });

  it('is passed on while it comes', async () => {
    chain.a.always(typed('application/json', { endless: true }));
    expect(await heardFrom(chain.app.baseUrl)).toMatchObject({ content: STORY, models: ['a/m'], isDone: true });
  });

  it('is not waited for without end when it was to be given whole', async () => {
    chain.a.always(typed('text/event-stream', { whole: true, endless: true }));
    expect(await chat(chain, { stream: true })).toMatchObject({ content: 'from b', attempts: 2, isWhole: true });
  });

  it('is judged by what it says when it is an error', async () => {
    chain.a.always({
      name: 'filtered',
      play: (exchange) =>
        exchange.respond(200, exchange.dialect.refusal('content_filter').body, { 'content-type': 'text/event-stream' }),
    });
    expect(await chat(chain, { stream: true })).toMatchObject({ status: 422, code: 'content_filtered', attempts: 1 });
  });
});
