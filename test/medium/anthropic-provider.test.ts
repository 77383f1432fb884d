import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AnthropicProvider } from '../../src/llm/anthropic/anthropic-provider.js';
import { ProviderHttp } from '../../src/llm/http/provider-http.js';
import { ProviderFault } from '../../src/llm/provider-fault.js';
import type { ChatRequest, ProviderCall } from '../../src/llm/provider.js';
import { systemClock } from '../../src/reliability/ports.js';
import { AnthropicServer, MESSAGE } from '../support/anthropic-server.js';
import { until } from '../support/until.js';

const API_KEY = 'sk-ant-canary-key';
const USER_TEXT = 'canary user text';
const MODEL = 'claude-sonnet-4-5';

const anthropic = new AnthropicServer();
let provider: AnthropicProvider;

beforeAll(async () => {
  const http = new ProviderHttp({ baseUrl: await anthropic.listen(), maxConnections: 4, clock: systemClock });
  provider = new AnthropicProvider({ name: 'claude', model: MODEL, apiKey: API_KEY, http, clock: systemClock });
});

afterAll(async () => {
  await provider.close();
  await anthropic.close();
});

afterEach(() => anthropic.reset());

const REQUEST: ChatRequest = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: USER_TEXT },
  ],
};

function ask(request: ChatRequest = REQUEST, call: Partial<ProviderCall> = {}) {
  const { signal } = new AbortController();
  return provider.complete(request, { model: MODEL, timeoutMs: 5_000, signal, maxAnswerBytes: 100_000, ...call });
}

async function faultOf(next: AnthropicServer['answer'], call: Partial<ProviderCall> = {}): Promise<ProviderFault> {
  anthropic.answer = next;
  const error: unknown = await ask(REQUEST, call).catch((thrown: unknown) => thrown);
  if (!(error instanceof ProviderFault)) throw new Error('no fault', { cause: error });
  return error;
}

const errorBody = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: 'req_1' });

describe('an exchange', () => {
  it('asks in the words of the Messages API, and answers as a chat completion', async () => {
    const before = systemClock.epochMs() / 1000;
    const completion = await ask(REQUEST, { callId: 'session-1/round-2' });
    expect(completion).toEqual({
      id: 'msg_1',
      object: 'chat.completion',
      created: expect.any(Number),
      model: MESSAGE.model,
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 12,
        completion_tokens: 3,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    });
    expect(Math.abs(completion.created - before)).toBeLessThan(60);
    expect(anthropic.received).toMatchObject([
      {
        method: 'POST',
        url: '/v1/messages',
        headers: {
          'x-api-key': API_KEY,
          'anthropic-version': '2023-06-01',
          'content-type': 'application/json',
          'x-holdfast-call': 'session-1/round-2',
        },
        body: {
          model: MODEL,
          max_tokens: 8192,
          system: 'Be brief.',
          messages: [{ role: 'user', content: [{ type: 'text', text: USER_TEXT }] }],
        },
      },
    ]);
    expect(anthropic.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('asks the model of the call, and names no call that has no name', async () => {
    await ask(REQUEST, { model: 'claude-haiku-4-5' });
    expect(anthropic.received[0]?.body).toMatchObject({ model: 'claude-haiku-4-5' });
    expect(anthropic.received[0]?.headers).not.toHaveProperty('x-holdfast-call');
  });

  it('gets a structured answer out of a tool', async () => {
    const input = { steps: [{ title: 'One' }] };
    anthropic.answer = {
      body: {
        ...MESSAGE,
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'plan', input }],
        stop_reason: 'tool_use',
      },
    };
    const schema = { type: 'object', properties: { steps: { type: 'array' } } };
    const format = { type: 'json_schema' as const, json_schema: { name: 'plan', schema } };
    const { choices } = await ask({ ...REQUEST, response_format: format });
    expect(anthropic.received[0]?.body).toMatchObject({
      tools: [{ name: 'plan', input_schema: schema }],
      tool_choice: { type: 'tool', name: 'plan' },
    });
    expect(choices).toEqual([
      { index: 0, message: { role: 'assistant', content: JSON.stringify(input) }, finish_reason: 'stop' },
    ]);
  });
});

describe('an answer that is none', () => {
  it.each([
    [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum', 'context_too_long'],
    [400, 'invalid_request_error', `messages.0: ${USER_TEXT}`, 'rejected'],
    [401, 'authentication_error', 'invalid x-api-key', 'unusable'],
    [403, 'permission_error', 'not yours', 'unusable'],
    [404, 'not_found_error', 'model: claude-x', 'unusable'],
    [429, 'rate_limit_error', 'slow down', 'saturated'],
    [500, 'api_error', 'Internal server error', 'server_error'],
    [529, 'overloaded_error', 'Overloaded', 'server_error'],
  ])('%d %s "%s" is %s', async (status, type, message, kind) => {
    const fault = await faultOf({ status, body: errorBody(type, message) });
    expect(fault.kind).toBe(kind);
    expect(`${fault.message} ${fault.detail}`).not.toContain(USER_TEXT);
    expect(anthropic.received).toHaveLength(1);
  });

  it('says how long to wait when the provider does', async () => {
    const body = errorBody('rate_limit_error', 'slow down');
    expect(await faultOf({ status: 429, headers: { 'retry-after': '7' }, body })).toMatchObject({
      kind: 'saturated',
      statedRetryAfterMs: 7_000,
    });
  });

  it.each([
    [{ ...MESSAGE, content: [], stop_reason: 'refusal' }, 'content_filtered'],
    [{ ...MESSAGE, stop_reason: 'max_tokens' }, 'truncated'],
    [{ ...MESSAGE, content: [] }, 'empty'],
    [USER_TEXT, 'malformed'],
    [{ ...MESSAGE, content: [{ type: 'text', text: 'x'.repeat(200_000) }] }, 'too_large'],
  ])('200 with %# is %s', async (body, kind) => {
    const fault = await faultOf({ body });
    expect(fault.kind).toBe(kind);
    expect(`${fault.message} ${fault.detail}`).not.toContain(USER_TEXT);
  });

  it('is silence after a while', async () => {
    expect((await faultOf({ silent: true }, { timeoutMs: 50 })).kind).toBe('silent');
  });

  it('costs no exchange when the request has no counterpart', async () => {
    const part = { type: 'input_audio', input_audio: {} };
    await expect(ask({ messages: [{ role: 'user', content: [part] }] })).rejects.toMatchObject({ kind: 'rejected' });
    expect(anthropic.received).toEqual([]);
  });
});

it('breaks the exchange off when nobody waits any more', async () => {
  anthropic.answer = { silent: true };
  const controller = new AbortController();
  const reason = new Error('gone');
  const asked = ask(REQUEST, { signal: controller.signal });
  await until(() => anthropic.received.length === 1);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
  await until(() => anthropic.brokenOff === 1);
});
