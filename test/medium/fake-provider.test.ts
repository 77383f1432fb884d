import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fake from '../support/fake-provider/index.js';
import { FakeProvider } from '../support/fake-provider/index.js';
import { ProviderClient } from '../support/provider-client.js';
import { request } from '../support/raw-http.js';
import { until } from '../support/until.js';

const PLAN = { type: 'json_schema', json_schema: { schema: { type: 'object', properties: { steps: {} } } } };

let provider: FakeProvider;
let client: ProviderClient;
beforeEach(async () => {
  provider = await FakeProvider.start();
  client = new ProviderClient(provider.baseUrl);
});
afterEach(async () => {
  client.close();
  await provider.stop();
});

describe('the provider', () => {
  test('answers in the shape of OpenAI, with a plan when structure is asked for', async () => {
    const { status, text } = await client.ask({ body: { response_format: PLAN } });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      object: 'chat.completion',
      model: 'm-1',
      choices: [{ finish_reason: 'stop' }],
    });
    const { choices } = JSON.parse(text) as { choices: [{ message: { content: string } }] };
    expect(JSON.parse(choices[0].message.content)).toMatchObject({ steps: [{ id: '1' }, { id: '2' }, { id: '3' }] });
  });

  test('answers in the shape of Anthropic, through a forced tool and through an output format', async () => {
    const schema = PLAN.json_schema.schema;
    const tool = { tools: [{ name: 'answer', input_schema: schema }], tool_choice: { type: 'tool', name: 'answer' } };
    const forced = await client.ask({ api: 'messages', body: tool });
    expect(JSON.parse(forced.text)).toMatchObject({
      type: 'message',
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'answer', input: { steps: [{ id: '1' }, {}, {}] } }],
    });
    const formatted = await client.ask({
      api: 'messages',
      body: { output_config: { format: { type: 'json_schema', schema } } },
    });
    expect(JSON.parse(formatted.text)).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: expect.stringContaining('"steps"') }],
    });
  });

  test('makes an instance of any schema, the same for the same prompt', async () => {
    const schema = {
      type: 'object',
      properties: { stop: { type: 'boolean' }, ranks: { type: 'array', minItems: 2, items: { $ref: '#/$defs/rank' } } },
      $defs: { rank: { type: 'integer', minimum: 3 } },
    };
    const body = { response_format: { type: 'json_schema', json_schema: { schema } } };
    const [first, second] = [await client.ask({ body }), await client.ask({ body })];
    expect(first.text).toContain(JSON.stringify(JSON.stringify({ stop: false, ranks: [3, 3] })));
    expect(second.text.replace('chatcmpl-2', 'chatcmpl-1')).toBe(first.text);
  });

  test('queue, rules and counts', async () => {
    provider
      .next(fake.serverError(503), fake.unauthorized())
      .when(({ model }) => (model === 'bad' ? fake.badRequest() : undefined));
    expect(await client.outcome({ body: { model: 'bad' } })).toBe(400);
    expect(await client.outcome({ callId: 's/a' })).toBe(503);
    expect(await client.outcome({ callId: 's/b' })).toBe(401);
    expect(await client.outcome({ callId: 's/b' })).toBe(200);
    expect(provider.callsByKey()).toEqual(
      new Map([
        ['s/a', 1],
        ['s/b', 2],
      ]),
    );
    expect(provider.calls.map(({ behaviour }) => behaviour)).toEqual([
      'bad_request',
      'serverError 503',
      'unauthorized',
      'ok',
    ]);
    expect(provider.calls[1]).toMatchObject({
      path: '/v1/chat/completions',
      model: 'm-1',
      prompt: 'What now?',
      finished: true,
    });
  });

  test('a request counts when its last byte is there; bodies come in chunks too', async () => {
    const raw = await client.connect();
    const head = request('POST', '/v1/chat/completions', { 'transfer-encoding': 'chunked' });
    raw.send(head).send('1\r\n{\r\n1b\r\n"messages":[],"model":"m-2"');
    await until(() => provider.connections === 1);
    expect(provider.count).toBe(0);
    raw.send('\r\n1\r\n}\r\n0\r\n\r\n');
    expect((await raw.response())?.status).toBe(200);
    expect(provider.calls[0]?.body).toEqual({ messages: [], model: 'm-2' });
    raw.destroy();
  });

  test('50 at once on kept-alive connections', async () => {
    provider.always(fake.slow(20));
    await Promise.all(Array.from({ length: 50 }, () => client.ask()));
    await Promise.all(Array.from({ length: 50 }, () => client.ask()));
    expect(provider).toMatchObject({ count: 100, connections: 50, inFlight: 0, maxInFlight: 50 });
  });

  test('goes down, and comes back on the same port', async () => {
    const url = provider.baseUrl;
    await provider.down();
    expect(await client.outcome()).toBe('ECONNREFUSED');
    await provider.up();
    expect(provider.baseUrl).toBe(url);
    expect(await client.outcome()).toBe(200);
  });

  test('drops requests in flight when it goes down', async () => {
    provider.next(fake.silence());
    const waiting = client.outcome();
    await until(() => provider.inFlight === 1);
    await provider.down();
    expect(await waiting).toBe('ECONNRESET');
    expect(provider.calls[0]?.finished).toBe(false);
    expect(provider.calls[0]?.aborted).toBeUndefined();
    expect(provider.inFlight).toBe(0);
  });

  test.each([fake.silence(), fake.silenceAfterHead(), fake.stallMidStream(), fake.slowDrip(1000)])(
    'notes when the client goes: $name',
    async (behaviour) => {
      provider.next(behaviour);
      const leaving = new AbortController();
      const answer = client.ask({ signal: leaving.signal, body: { stream: true } }).catch(() => 'gone');
      await until(() => provider.inFlight === 1);
      leaving.abort();
      expect(await answer).toBe('gone');
      await until(() => provider.inFlight === 0);
      expect(provider.calls[0]?.aborted).toBeLessThan(200);
      expect(provider.calls[0]?.finished).toBe(false);
    },
  );

  test("a fault in a test's own rule is not lost", async () => {
    provider.when(() => {
      throw new Error('my rule');
    });
    expect(await client.outcome()).toBe('ECONNRESET');
    await expect(provider.stop()).rejects.toThrow('my rule');
    provider = await FakeProvider.start();
  });
});
