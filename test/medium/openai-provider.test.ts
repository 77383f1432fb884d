import { afterEach, describe, expect, test } from '@jest/globals';
import { ProviderHttp } from '../../src/llm/http/provider-http.js';
import { OpenAiProvider } from '../../src/llm/openai/openai-provider.js';
import { ProviderFault } from '../../src/llm/provider-fault.js';
import type { ChatRequest, ProviderCall } from '../../src/llm/provider.js';
import { systemClock } from '../../src/reliability/ports.js';
import { answer, ScriptedServer } from '../support/scripted-server.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const COMPLETION = { choices: [{ message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }] };
const REQUEST: ChatRequest = { messages: [{ role: 'user', content: 'hi \u{1f98a}' }] };

async function asking(bytes: string | Buffer, apiKey?: string) {
  const server = await ScriptedServer.start((socket) => void socket.write(bytes));
  const http = new ProviderHttp({
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    maxConnections: 2,
    clock: systemClock,
  });
  const provider = new OpenAiProvider({ name: 'primary', model: 'm', apiKey, http, clock: systemClock });
  closing.push(
    () => server.close(),
    () => provider.close(),
  );
  const complete = (request: ChatRequest = REQUEST, call: Partial<ProviderCall> = {}) =>
    provider.complete(request, {
      model: 'm',
      timeoutMs: 5000,
      signal: new AbortController().signal,
      maxAnswerBytes: 10_000,
      ...call,
    });
  return { server, complete };
}

const whole = answer(JSON.stringify(COMPLETION));

describe('an OpenAI-compatible provider', () => {
  test('is sent the request as it is, for the model of the call, never as a stream', async () => {
    const { server, complete } = await asking(whole, 'sk-key');
    const extra = {
      temperature: 0,
      max_tokens: 5,
      max_completion_tokens: 6,
      x_unknown: { a: [null] },
      seed: undefined,
    };
    const stream = { stream: true, stream_options: { include_usage: true }, model: 'other' };
    await complete({ ...REQUEST, ...extra, ...stream }, { model: 'm2', callId: 's1/round-2' });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      ...REQUEST,
      temperature: 0,
      max_tokens: 5,
      max_completion_tokens: 6,
      x_unknown: { a: [null] },
      model: 'm2',
    });
    expect(server.requests[0]?.head).toMatch(/^POST \/v1\/chat\/completions [^]*\r\nauthorization: Bearer sk-key\r\n/);
    expect(server.requests[0]?.head).toMatch(/\r\nx-holdfast-call: s1\/round-2(\r\n|$)/);
  });

  test.each([undefined, ''])('that asks for no key (%p) is sent none, and no call where none is named', async (key) => {
    const { server, complete } = await asking(whole, key);
    await complete();
    expect(server.requests[0]?.head).not.toMatch(/authorization|x-holdfast-call/i);
  });

  test('answers', async () => {
    const { complete } = await asking(whole);
    expect(await complete()).toMatchObject({ model: 'm', choices: [{ index: 0, message: { content: 'hello' } }] });
  });

  test.each([
    ['503 in HTML', answer('<html>', 503, { 'retry-after': '2' }), { kind: 'server_error', statedRetryAfterMs: 2000 }],
    ['429', answer('', 429, { 'retry-after-ms': '40' }), { kind: 'saturated', statedRetryAfterMs: 40 }],
    ['a bad key', answer('{"error":{"code":"invalid_api_key"}}', 401), { kind: 'unusable' }],
    ['another place', answer('', 302, { location: 'http://127.0.0.1/' }), { kind: 'unusable' }],
    [
      'an error as a success',
      answer('{"error":{"code":429}}', 200, { 'retry-after': '1' }),
      { statedRetryAfterMs: 1000 },
    ],
    ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', { kind: 'malformed' }],
    ['half a completion', answer(JSON.stringify(COMPLETION).slice(0, 40)), { kind: 'malformed' }],
    ['100,000 brackets', answer('['.repeat(5000) + ']'.repeat(5000)), { kind: 'malformed' }],
    ['too much', answer(' '.repeat(10_001)), { kind: 'too_large' }],
  ])('that sends %s fails as that', async (_name, bytes, fault) => {
    const { server, complete } = await asking(bytes);
    const error = await complete().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderFault);
    expect(error).toMatchObject(fault);
    expect(server.requests).toHaveLength(1);
  });
});
