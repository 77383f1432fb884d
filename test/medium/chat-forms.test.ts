import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { chat, heardFrom, openAiClient, QUESTION } from '../support/chat.js';
import { ok, status, type Behaviour } from '../support/fake-provider/index.js';

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

/** A stream of these events. */
function events(data: readonly string[]): Behaviour {
  const body = data.map((one) => `data: ${one}\n\n`).join('');
  return status(200, { body, headers: { 'content-type': 'text/event-stream' } });
}

/** A call of a tool, whole or its beginning. */
function toolCall(id: string, name: string, text: string): object {
  return { id, type: 'function', function: { name, arguments: text } };
}

describe('chunks of shapes that clients cannot read', () => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.single();
  });
  afterAll(() => chain.close());
  beforeEach(() => void chain.a.clear());

  const chunk = (choices: unknown, more: object = {}) => JSON.stringify({ id: 'c', model: 'm', choices, ...more });
  const says = (content: string) => chunk([{ index: 0, delta: { content }, finish_reason: null }]);
  const end = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);

  it.each([
    ['a list of nothing', chunk([null])],
    ['a choice that is a number', chunk([7])],
    ['choices that are no list', chunk({ index: 0 })],
    ['a delta that is text', chunk([{ index: 0, delta: 'lost' }])],
    ['content that is a number', chunk([{ index: 0, delta: { content: 7 } }])],
    ['tool calls that are no list', chunk([{ index: 0, delta: { tool_calls: { index: 0 } } }])],
    ['a tool call that is nothing', chunk([{ index: 0, delta: { tool_calls: [null] } }])],
    ['a bare number', '7'],
    ['nothing', 'null'],
  ])('are skipped when the stream is otherwise whole: %s', async (_, malformed) => {
    chain.a.always(events([says('one '), says('two '), malformed, says('three'), end, '[DONE]']));
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard).toMatchObject({ content: 'one two three', finish: 'stop', isDone: true });
    expect(heard.events).toHaveLength(5);
  });

  it.each([undefined, null])('are given a delta where it is %s, and end the answer all the same', async (delta) => {
    chain.a.always(events([says('one'), chunk([{ index: 0, delta, finish_reason: 'stop' }]), '[DONE]']));
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard).toMatchObject({ content: 'one', isDone: true });
    expect(heard.events[1]).toMatchObject({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  });

  it('are given a role where none says one', async () => {
    chain.a.always(events([says('one '), says('two'), end, '[DONE]']));
    const completion = await openAiClient(chain.app)
      .chat.completions.stream({ model: 'auto', messages: QUESTION })
      .finalChatCompletion();
    expect(completion.choices).toMatchObject([{ message: { role: 'assistant', content: 'one two' } }]);
  });

  it('are given an index where there is none', async () => {
    const of = (delta: object, finish_reason: string | null = null) => chunk([{ delta, finish_reason }]);
    chain.a.always(
      events([of({ role: 'assistant', content: 'one ' }), of({ content: 'two' }), of({}, 'stop'), '[DONE]']),
    );
    const completion = await openAiClient(chain.app)
      .chat.completions.stream({ model: 'auto', messages: QUESTION })
      .finalChatCompletion();
    expect(completion.choices).toMatchObject([{ index: 0, message: { content: 'one two' }, finish_reason: 'stop' }]);
  });

  it('are told which call of a tool they belong to where they do not say so', async () => {
    const calling = (...tool_calls: object[]) => chunk([{ index: 0, delta: { role: 'assistant', tool_calls } }]);
    const rest = (text: string) => ({ function: { arguments: text } });
    chain.a.always(
      events([
        calling(toolCall('c1', 'look', '{"at":')),
        calling(rest('"it"}')),
        calling(toolCall('c2', 'look', '{}'), toolCall('c3', 'jump', '{"up')),
        calling({ id: 'c3', ...rest('":1}') }),
        chunk([{ index: 0, delta: {}, finish_reason: 'tool_calls' }]),
        '[DONE]',
      ]),
    );
    const completion = await openAiClient(chain.app)
      .chat.completions.stream({ model: 'auto', messages: QUESTION })
      .finalChatCompletion();
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      toolCall('c1', 'look', '{"at":"it"}'),
      toolCall('c2', 'look', '{}'),
      toolCall('c3', 'jump', '{"up":1}'),
    ]);
  });

  it('are told apart where several calls of tools are given the same index', async () => {
    const calling = (part: object) =>
      chunk([{ index: 0, delta: { role: 'assistant', tool_calls: [{ index: 0, ...part }] }, finish_reason: null }]);
    chain.a.always(
      events([
        calling(toolCall('c1', 'look', '{"at":')),
        calling({ id: 'c1', function: { name: 'look', arguments: '"it"}' } }),
        calling(toolCall('c2', 'look', '{}')),
        calling(toolCall('c3', 'jump', '{"up')),
        // Each of its pieces with an id of its own, as vLLM has it.
        calling({ id: 'c4', function: { arguments: '":1}' } }),
        chunk([{ index: 0, delta: {}, finish_reason: 'tool_calls' }]),
        '[DONE]',
      ]),
    );
    const completion = await openAiClient(chain.app)
      .chat.completions.stream({ model: 'auto', messages: QUESTION })
      .finalChatCompletion();
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'look', arguments: '{"at":"it"}' } },
      { function: { name: 'look', arguments: '{}' } },
      { function: { name: 'jump', arguments: '{"up":1}' } },
    ]);
  });

  it('are given an id and a type where a call of a tool has none, once for each call', async () => {
    const calling = (part: object) =>
      chunk([{ index: 0, delta: { role: 'assistant', tool_calls: [part] }, finish_reason: null }]);
    chain.a.always(
      events([
        calling({ index: 0, function: { name: 'look', arguments: '{"at":' } }),
        calling({ index: 0, function: { arguments: '"it"}' } }),
        calling({ index: 1, id: 'c2', function: { name: 'look', arguments: { at: 2 } } }),
        chunk([{ index: 0, delta: {}, finish_reason: 'tool_calls' }]),
        '[DONE]',
      ]),
    );
    const completion = await openAiClient(chain.app)
      .chat.completions.stream({ model: 'auto', messages: QUESTION })
      .finalChatCompletion();
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      { id: expect.stringMatching(/^call_[\da-f]{24}$/), type: 'function', function: { arguments: '{"at":"it"}' } },
      toolCall('c2', 'look', '{"at":2}'),
    ]);
  });

  it('are text where content comes in parts, with the thoughts beside it', async () => {
    const thinking = [{ type: 'text', text: 'Hm.' }];
    chain.a.always(
      events([
        chunk([{ index: 0, delta: { role: 'assistant', content: [{ type: 'thinking', thinking }] } }]),
        chunk([{ index: 0, delta: { content: [{ type: 'text', text: 'one ' }] } }]),
        says('two'),
        end,
        '[DONE]',
      ]),
    );
    const completion = await openAiClient(chain.app)
      .chat.completions.stream({ model: 'auto', messages: QUESTION })
      .finalChatCompletion();
    expect(completion.choices).toMatchObject([{ message: { reasoning_content: 'Hm.', content: 'one two' } }]);
  });

  it('are left as they are where a part of the content is neither text nor thought', async () => {
    const content = [
      { type: 'text', text: 'See: ' },
      { type: 'image_url', image_url: { url: 'data:,' } },
    ];
    chain.a.always(events([chunk([{ index: 0, delta: { role: 'assistant', content } }]), end, '[DONE]']));
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard.events[0]).toMatchObject({ choices: [{ delta: { content } }] });
  });

  it.each([undefined, null])('are heard for their counts of tokens where choices are %s', async (choices) => {
    const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
    chain.a.always(events([says('one'), end, chunk(choices, { usage }), '[DONE]']));
    const heard = await heardFrom(chain.app.baseUrl, { stream_options: { include_usage: true } });
    expect(heard).toMatchObject({ content: 'one', usage, isDone: true });
    expect(heard.events.at(-2)).toMatchObject({ choices: [], usage });
  });
});
