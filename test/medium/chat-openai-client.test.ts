import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { chargedChats, openAiClient, QUESTION } from '../support/chat.js';
import { badRequest, ok, okWith, serverError, silence, toolCall } from '../support/fake-provider/index.js';
import { until } from '../support/until.js';

const TOOLS = [
  {
    type: 'function' as const,
    function: { name: 'look_up', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  },
];

describe.each(KINDS)("OpenAI's own client, before a provider of the kind %s", (kind) => {
  let chain: ChainApp;
  let client: OpenAI;
  beforeAll(async () => {
    chain = await ChainApp.single({ kind });
    client = openAiClient(chain.app);
  });
  afterAll(() => chain.close());
  beforeEach(() => void chain.a.clear());

  it('gets a completion that names the model which gave it, and is charged for it once', async () => {
    chain.a.always(ok('Have a cup of tea.'));
    const before = await chargedChats(chain);
    const { data, response } = await client.chat.completions
      .create({ model: 'auto', messages: QUESTION })
      .withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      model: 'a/m',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Have a cup of tea.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: expect.any(Number), completion_tokens: 5 },
    });
    expect(response.headers.get('x-holdfast-attempts')).toBe('1');
    expect(await chargedChats(chain)).toBe(before + 1);
  });

  it('gets the same as a stream, with the counts at its end', async () => {
    chain.a.always(ok('Have a cup of tea.'));
    const before = await chargedChats(chain);
    const stream = await client.chat.completions.create({
      model: 'auto',
      messages: QUESTION,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let last: OpenAI.ChatCompletionChunk | undefined;
    const finishes: unknown[] = [];
    for await (const chunk of stream) {
      expect(chunk).toMatchObject({ object: 'chat.completion.chunk', model: 'a/m' });
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices[0]?.finish_reason) finishes.push(chunk.choices[0].finish_reason);
      last = chunk;
    }
    expect({ text, finishes }).toEqual({ text: 'Have a cup of tea.', finishes: ['stop'] });
    expect(last?.usage).toMatchObject({ completion_tokens: 5 });
    expect(await chargedChats(chain)).toBe(before + 1);
  });

  it.each([true, false])('gets calls of its tools (stream: %s)', async (stream) => {
    chain.a.always(toolCall('look_up', { city: 'Oslo' }));
    const asked = { model: 'a', messages: QUESTION, tools: TOOLS };
    const { choices } = stream
      ? await client.chat.completions.stream(asked).finalChatCompletion()
      : await client.chat.completions.create(asked);
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ type: 'function', function: { name: 'look_up' } }] },
    });
    const [call] = choices[0]?.message.tool_calls ?? [];
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual({ city: 'Oslo' });
    expect(chain.a.calls[0]?.body['tools']).toHaveLength(1);
  });

  it.each([true, false])('gets structured output (stream: %s)', async (stream) => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const asked = {
      model: 'a/m',
      messages: QUESTION,
      response_format: { type: 'json_schema' as const, json_schema: { name: 'place', schema } },
    };
    const { choices } = stream
      ? await client.chat.completions.stream(asked).finalChatCompletion()
      : await client.chat.completions.create(asked);
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ city: expect.stringContaining('text') });
  });

  it('is told by the finish reason that the tokens were used up: that is what it asked for', async () => {
    chain.a.always(okWith({ content: 'Once upon', finish: 'length' }));
    for (const stream of [true, false]) {
      const asked = { model: 'auto', messages: QUESTION, max_tokens: 2 };
      const { choices } = stream
        ? await client.chat.completions.stream(asked).finalChatCompletion()
        : await client.chat.completions.create(asked);
      expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'Once upon' } });
    }
    expect(chain.a.count).toBe(2);
  });

  it('throws errors of its own kinds', async () => {
    const create = (model: string) => client.chat.completions.create({ model, messages: QUESTION });
    await expect(create('nobody')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(create('nobody')).rejects.toMatchObject({ code: 'not_found', param: 'model', status: 404 });
    const stranger = openAiClient(chain.app, 'no-key');
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    chain.a.always(badRequest());
    await expect(create('a')).rejects.toMatchObject({ status: 502, code: 'provider_request_failed' });
    expect(chain.a.count).toBe(1);
  });

  it('lists the models', async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id, owned_by: owner }) => [id, owner])).toEqual([
      ['auto', 'holdfast'],
      ['a/m', 'a'],
    ]);
  });

  it('asks for a model of its own choice, and what becomes of that is no judgement on the provider', async () => {
    const create = (model: string) => client.chat.completions.create({ model, messages: QUESTION });
    expect(await create('a/some/other')).toMatchObject({ model: 'a/some/other' });
    expect(chain.a.calls[0]?.model).toBe('some/other');
    chain.a.always(serverError());
    for (let time = 0; time < 3; time += 1) await expect(create('a/another')).rejects.toMatchObject({ status: 503 });
    chain.a.always(ok('well'));
    expect(await create('a')).toMatchObject({ model: 'a/m' });
    expect((await chain.api.get('/metrics')).text).not.toContain('some/other');
  });

  it('ends the call upstream when it aborts its own', async () => {
    chain.a.always(silence());
    const before = await chargedChats(chain);
    for (const stream of [true, false]) {
      const abort = new AbortController();
      const asked = client.chat.completions.create(
        { model: 'auto', messages: QUESTION, stream },
        { signal: abort.signal },
      );
      asked.catch(() => {});
      await until(() => chain.a.inFlight === 1);
      abort.abort();
      await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
      await until(() => chain.a.inFlight === 0);
    }
    expect(await chargedChats(chain)).toBe(before);
  });
});
