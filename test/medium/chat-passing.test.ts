import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChainApp } from '../support/chain-app.js';
import { chat, heardFrom, QUESTION } from '../support/chat.js';
import { ok, okWith, status, toolCall, type Behaviour } from '../support/fake-provider/index.js';

type BehaviourExchange = Parameters<Behaviour['play']>[0];

const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';

const RICH = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: IMAGE, detail: 'low' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_9', type: 'function', function: { name: 'look', arguments: '{"at":"it"}' } }],
    },
    { role: 'tool', tool_call_id: 'call_9', content: 'a cat' },
  ],
  tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
  tool_choice: 'auto',
  temperature: 0.5,
  max_tokens: 100,
  stop: ['END', 'STOP'],
  user: 'somebody',
};

describe('what passes through to a provider that speaks the same API', () => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.single();
  });
  afterAll(() => chain.close());
  beforeEach(() => void chain.a.clear());

  const UNKNOWN = { frobnicate: { deeply: [1, null, 'x'] }, seed: 7, logit_bias: { 50256: -100 }, n: 1 };

  it.each([true, false])('is every field but the model, known or not (stream: %s)', async (stream) => {
    await chat(chain, { stream, ...RICH, ...UNKNOWN });
    const { stream_options: options, ...body } = chain.a.calls[0]?.body ?? {};
    expect(body).toEqual({ ...RICH, ...UNKNOWN, model: 'm', ...(stream && { stream: true }) });
    expect(options).toEqual(stream ? { include_usage: true } : undefined);
  });

  it('is every field of an answer but the model', async () => {
    const completion = {
      id: 'gen-1',
      object: 'chat.completion',
      created: 1,
      model: 'dated-m-2026',
      system_fingerprint: 'fp',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Yes.', refusal: null, annotations: [{ x: 1 }] },
          logprobs: { content: [] },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, cost: 0.5 },
      provider: 'Somebody',
    };
    chain.a.always(status(200, { body: completion }));
    const { body } = await chain.api.post('/v1/chat/completions', { model: 'auto', messages: QUESTION });
    expect(body).toEqual({ ...completion, model: 'a/m' });
  });

  it('is every byte of a chunk but the model, also a number that is too long for us', async () => {
    const chunk = (fields: string) => `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m-1",${fields}}`;
    const said = chunk(
      '"choices":[{"index":0,"delta":{"role":"assistant","content":"\\"model\\":\\"m-1\\""}}],"nonce":12345678901234567890',
    );
    const done = chunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x":1.0');
    chain.a.always(events([said, done, '[DONE]']));
    const { text } = await heardFrom(chain.app.baseUrl);
    const renamed = [said, done].map((one) => one.replace('"model":"m-1"', '"model":"a/m"'));
    expect(text).toBe([...renamed, '[DONE]'].map((one) => `data: ${one}\n\n`).join(''));
  });

  it.each([true, false])('is every number, however long, in a request (stream: %s)', async (stream) => {
    const raw = `{"model":"auto","stream":${stream},"messages":[{"role":"user","content":"x","id":9007199254740993}],"seed":12345678901234567890,"x":[1e400,0.12345678901234567891,1.5]}`;
    expect((await chain.api.call('POST', '/v1/chat/completions', { raw })).status).toBe(200);
    const { text = '' } = chain.a.calls[0] ?? {};
    for (const kept of ['"id":9007199254740993', '"seed":12345678901234567890', '[1e400,0.12345678901234567891,1.5]'])
      expect(text).toContain(kept);
  });

  it('is every number, however long, in an answer', async () => {
    const told =
      '"seed":12345678901234567890,"choices":[{"index":0,"message":{"role":"assistant","content":"x"},' +
      '"finish_reason":"stop","logprobs":{"content":[{"logprob":-0.12345678901234567891}]}}],';
    const usage = '"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}';
    const whole = `{"id":"c","object":"chat.completion","created":1,"model":"m-1",${told}${usage}}`;
    chain.a.always(status(200, { body: whole, headers: { 'content-type': 'application/json' } }));
    const { text } = await chain.api.post('/v1/chat/completions', { model: 'auto', messages: QUESTION });
    expect(text).toBe(whole.replace('"m-1"', '"a/m"'));
  });

  it('is every number in a chunk that has to be written anew', async () => {
    const chunk = (finish: string) =>
      `{"id":"c","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":${finish}}],"nonce":12345678901234567890}`;
    chain.a.always(events([chunk('null'), chunk('"stop"'), '[DONE]']));
    const { text } = await heardFrom(chain.app.baseUrl);
    expect(text.match(/"nonce":12345678901234567890,"model":"a\/m"/g)).toHaveLength(2);
  });

  it.each([
    ['came in several lines', '"id":"c",\ndata: ', '"index":0,'],
    ['lacked its index', '"id":"c",', ''],
  ])('is every number in a chunk that %s', async (_, id, index) => {
    const chunk = (finish: string) =>
      `{${id}"model":"m","nonce":12345678901234567890,"choices":[{${index}"delta":{"content":"x"},` +
      `"logprob":-0.12345678901234567891,"finish_reason":${finish}}]}`;
    chain.a.always(events([chunk('null'), chunk('"stop"'), '[DONE]']));
    const { text } = await heardFrom(chain.app.baseUrl);
    expect(text.match(/"nonce":12345678901234567890,.*"logprob":-0.12345678901234567891,/g)).toHaveLength(2);
  });

  it('is a chunk in several lines, as the format allows, each in one', async () => {
    const chunk = (delta: object, finish_reason: string | null) =>
      `{"id":"c","model":"m",\ndata: "choices":[${JSON.stringify({ index: 0, delta, finish_reason })}]\ndata: }`;
    const words = ['Two', ' lines', ' or', ' more.'];
    chain.a.always(events([...words.map((content) => chunk({ content }, null)), chunk({}, 'stop'), '[DONE]']));
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard).toMatchObject({ content: 'Two lines or more.', finish: 'stop', isDone: true, models: ['a/m'] });
    expect(heard.text).toMatch(/^(?:data: .*\n\n)+$/);
  });

  it('are several answers at once', async () => {
    const of = (index: number, delta: object, finish_reason: string | null = null) =>
      JSON.stringify({ id: 'c', model: 'm', choices: [{ index, delta, finish_reason }] });
    const whole = [of(0, { content: 'yes' }), of(1, { content: 'no' }), of(1, {}, 'stop'), of(0, {}, 'stop'), '[DONE]'];
    chain.a.always(events(whole));
    const heard = await heardFrom(chain.app.baseUrl, { n: 2 });
    expect({ events: heard.events.length, done: heard.isDone }).toEqual({ events: 5, done: true });
    chain.a.always(events(whole.filter((_, index) => index !== 3)));
    const cut = await heardFrom(chain.app.baseUrl, { n: 2 });
    expect({ done: cut.isDone, code: cut.error?.code }).toEqual({ done: false, code: 'provider_unavailable' });
  });

  it('are several answers one after the other, with a pause between them', async () => {
    const of = (index: number, content: string) =>
      [
        { index, delta: { content }, finish_reason: null },
        { index, delta: {}, finish_reason: 'stop' },
      ].map((choice) => `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [choice] })}\n\n`);
    chain.a.always({
      name: 'oneAfterTheOther',
      async play(exchange) {
        await exchange.head();
        for (const text of of(0, 'yes')) await exchange.chunk(text);
        // Longer than what follows a last word is waited for.
        await exchange.pause(800);
        for (const text of of(1, 'no')) await exchange.chunk(text);
        await exchange.endOfChunks();
      },
    });
    const heard = await heardFrom(chain.app.baseUrl, { n: 2 });
    expect({ content: heard.content, done: heard.isDone }).toEqual({ content: 'yesno', done: true });
  });

  describe('is a finish reason, with counts, in each chunk', () => {
    const chunk = (content: string) =>
      `data: ${JSON.stringify({
        id: 'c',
        model: 'm',
        choices: [{ index: 0, delta: { content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      })}\n\n`;
    const saying = (words: readonly string[], end: (exchange: BehaviourExchange) => Promise<void>): Behaviour => ({
      name: 'finishedInEachChunk',
      async play(exchange) {
        await exchange.head();
        for (const [index, word] of words.entries()) {
          // Longer than what follows a last word is waited for.
          if (index > 0) await exchange.pause(700);
          await exchange.chunk(chunk(word));
        }
        await end(exchange);
      },
    });

    it.each([
      ['and [DONE]', (exchange: BehaviourExchange) => exchange.chunk('data: [DONE]\n\n')],
      ['and the end of the body', (exchange: BehaviourExchange) => exchange.endOfChunks()],
    ])('%s: it is heard to its end', async (_name, end) => {
      chain.a.always(saying(['Hello', ' my', ' friend'], end));
      expect(await heardFrom(chain.app.baseUrl)).toMatchObject({ content: 'Hello my friend', isDone: true });
      chain.a.always(saying(['Hello'], end));
      expect(await heardFrom(chain.app.baseUrl)).toMatchObject({ content: 'Hello', isDone: true });
    });

    it('and a cut: it is no success', async () => {
      for (const words of [['Hello', ' my'], ['Hello']]) {
        chain.a.always(saying(words, (exchange) => exchange.reset()));
        const cut = await heardFrom(chain.app.baseUrl);
        expect({ done: cut.isDone, code: cut.error?.code }).toEqual({ done: false, code: 'provider_unavailable' });
      }
    });
  });

  it('are counts of tokens, to those alone who ask for them', async () => {
    expect((await heardFrom(chain.app.baseUrl)).usage).toBeUndefined();
    const heard = await heardFrom(chain.app.baseUrl, { stream_options: { include_usage: true, more: 1 } });
    expect(heard.usage?.completion_tokens).toBeGreaterThan(0);
    expect(chain.a.calls[1]?.body['stream_options']).toEqual({ include_usage: true, more: 1 });
  });

  describe('are not options of ours that it refuses', () => {
    /** Knows nothing of some fields, as Mistral does. */
    const refusing = (...fields: string[]): Behaviour => ({
      name: 'refusingFields',
      play(exchange) {
        const { body } = exchange.call;
        if (!fields.some((field) => field in body)) return ok('from a').play(exchange);
        const detail = [{ type: 'extra_forbidden', loc: ['body', ...fields], input: body }];
        return exchange.respond(422, { object: 'error', message: { detail } });
      },
    });
    let strict: ChainApp;
    beforeEach(async () => {
      strict = await ChainApp.single();
    });
    afterEach(() => strict.close());

    const asked = () => strict.a.calls.map(({ body }) => 'stream_options' in body);

    it('but are left out from then on', async () => {
      strict.a.always(refusing('stream_options'));
      expect(await chat(strict, { stream: true })).toMatchObject({ content: 'from a', attempts: 2, isWhole: true });
      expect(await chat(strict, { stream: true })).toMatchObject({ content: 'from a', attempts: 1, isWhole: true });
      expect(asked()).toEqual([true, false, false]);
    });

    it('and stay where it has refused something else, and quoted the whole request', async () => {
      strict.a.always(refusing('seed'));
      const refused = await chat(strict, { stream: true, seed: 1 });
      expect(refused).toMatchObject({ status: 502, code: 'provider_request_failed', attempts: 2 });
      expect(await chat(strict, { stream: true })).toMatchObject({ content: 'from a', attempts: 1 });
      expect(asked()).toEqual([true, false, true]);
    });
  });

  it('are the counts of tokens at its end, also where there were some at its beginning', async () => {
    const chunk = (fields: object) => `data: ${JSON.stringify({ id: 'c', model: 'm', ...fields })}\n\n`;
    const counts = (output: number) => ({ prompt_tokens: 9, completion_tokens: output, total_tokens: 9 + output });
    const says = { index: 0, delta: { content: 'Hello' }, finish_reason: null };
    const ends = { index: 0, delta: {}, finish_reason: 'stop' };
    chain.a.always({
      name: 'countsAtBothEnds',
      async play(exchange) {
        await exchange.head();
        await exchange.chunk(chunk({ choices: [says], usage: counts(0) }));
        await exchange.chunk(chunk({ choices: [ends] }));
        // In a packet of its own.
        await exchange.pause(50);
        await exchange.chunk(chunk({ choices: [], usage: counts(77) }));
        await exchange.pause(Infinity);
      },
    });
    const heard = await heardFrom(chain.app.baseUrl, { stream_options: { include_usage: true } });
    expect(heard).toMatchObject({ content: 'Hello', usage: counts(77), isDone: true });
  });

  it('is a whole answer to one who asked for a stream, said as a stream', async () => {
    const completion = {
      choices: [{ index: 0, message: { role: 'assistant', content: 'At once.' }, finish_reason: 'stop' }],
    };
    chain.a.always(status(200, { body: completion }));
    expect(await heardFrom(chain.app.baseUrl)).toMatchObject({ content: 'At once.', finish: 'stop', isDone: true });
  });

  it('is a refusal that the model itself has put into words', async () => {
    chain.a.always(okWith({ content: '', refusal: 'I would rather not.' }));
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard.text).toContain('I would rather not.');
    const { body } = await chain.api.post('/v1/chat/completions', { model: 'auto', messages: QUESTION });
    expect(body).toMatchObject({ choices: [{ message: { refusal: 'I would rather not.' } }] });
    expect(chain.a.count).toBe(2);
  });
});

describe("what is said in Anthropic's words", () => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.single({ kind: 'anthropic' });
  });
  afterAll(() => chain.close());
  beforeEach(() => void chain.a.clear());

  it.each([true, false])('are tools, images, stop sequences and results of calls (stream: %s)', async (stream) => {
    chain.a.always(ok('A cat.'));
    expect((await chat(chain, { stream, ...RICH })).content).toBe('A cat.');
    expect(chain.a.calls[0]?.body).toEqual({
      model: 'm',
      max_tokens: 100,
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'call_9', name: 'look', input: { at: 'it' } }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'call_9', content: [{ type: 'text', text: 'a cat' }] }],
        },
      ],
      tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'auto' },
      stop_sequences: ['END', 'STOP'],
      temperature: 0.5,
      metadata: { user_id: 'somebody' },
      ...(stream && { stream: true }),
    });
  });

  it('are calls of tools on their way back, piece by piece, with an object where there are no arguments', async () => {
    chain.a.always(toolCall('look', {}));
    const heard = await heardFrom(chain.app.baseUrl, { tools: RICH.tools });
    expect(heard).toMatchObject({ finish: 'tool_calls', isDone: true });
    expect(heard.text).toContain('"arguments":"{}"');
  });
});

describe('long numbers in calls of tools, there and back', () => {
  const INPUT = '{"id":1234567890123456789}';
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];

  it.each([true, false])("are what they were, in Anthropic's words as well (stream: %s)", async (stream) => {
    const chain = await ChainApp.single({ kind: 'anthropic' });
    try {
      const use = `{"type":"tool_use","id":"call_1","name":"look","input":${INPUT}}`;
      const body = `{"type":"message","id":"m","role":"assistant","model":"m","content":[${use}],"stop_reason":"tool_use"}`;
      chain.a.always(status(200, { body, headers: { 'content-type': 'application/json' } }));
      const called = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: INPUT } }];
      const messages = [
        ...QUESTION,
        { role: 'assistant', content: null, tool_calls: called },
        { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
      ];
      const { text } = await chain.api.post('/v1/chat/completions', { model: 'auto', stream, messages, tools });
      expect(text).toContain(JSON.stringify(INPUT));
      expect(chain.a.calls[0]?.text).toContain(`"input":${INPUT}`);
    } finally {
      await chain.close();
    }
  });
});

/** A stream of these events. */
function events(data: readonly string[]): Behaviour {
  const body = data.map((one) => `data: ${one}\n\n`).join('');
  return status(200, { body, headers: { 'content-type': 'text/event-stream' } });
}
