import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '../../src/reliability/errors/codes.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ChainApp } from '../support/chain-app.js';
import { chargedChats, chat, heardFrom, QUESTION } from '../support/chat.js';
import type { Answer, Call } from '../support/client.js';
import { expectOpenAiError, expectProblem } from '../support/problem.js';
import { contentFilter, serverError, silence } from '../support/fake-provider/index.js';
import { makeClientToken, makeKey } from '../support/tenants.js';

const MOST_BYTES = 10 * 1024 * 1024;

let chain: ChainApp;
beforeAll(async () => {
  chain = await ChainApp.single();
});
afterAll(() => chain.close());
beforeEach(() => void chain.a.clear());

const ask = (body: unknown, call: Call = {}): Promise<Answer<{ error: { param: string | null; message: string } }>> =>
  chain.api.post('/v1/chat/completions', body, call);
const sound = { model: 'auto', messages: QUESTION };

function expectRefused({ status, headers, text }: Answer<unknown>, code: ErrorCode): void {
  expectOpenAiError({ status, headers: { ...headers }, body: text }, code);
}

/** A sound body of exactly so many bytes. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify({ ...sound, messages: [{ role: 'user', content: '' }] });
  return JSON.stringify({ ...sound, messages: [{ role: 'user', content: 'x'.repeat(bytes - empty.length) }] });
}

describe("errors in the shape of OpenAI's API", () => {
  it('are what guards, parsers and limits say here', async () => {
    expectRefused(await ask(sound, { key: null }), 'unauthorized');
    expectRefused(await chain.api.get('/v1/models', { key: 'junk' }), 'unauthorized');
    const raw = (text: string, headers: Record<string, string> = {}) =>
      chain.api.call('POST', '/v1/chat/completions', { raw: text, headers });
    expectRefused(await raw('{"model":'), 'invalid_json');
    expectRefused(await raw(''), 'invalid_json');
    expectRefused(await raw(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`), 'invalid_request');
    expectRefused(await raw('{}', { 'content-type': 'text/plain' }), 'unsupported_media_type');
    expectRefused(await ask(sound, { headers: { 'x-deadline-ms': 'soon' } }), 'invalid_request');
    expectRefused(await ask({ ...sound, model: 'nobody' }), 'not_found');
  });

  it('are not what other routes say', async () => {
    const { status, headers, text } = await chain.api.post('/v1/breakdowns', {}, { key: null });
    expectProblem({ status, headers: { ...headers }, body: text }, 'unauthorized');
  });

  it.each([
    ['model', { messages: QUESTION }],
    ['model', { ...sound, model: 7 }],
    ['model', { ...sound, model: '' }],
    ['model', { ...sound, model: 'x'.repeat(257) }],
    ['messages', { model: 'auto' }],
    ['messages', { ...sound, messages: [] }],
    ['messages', { ...sound, messages: 'hello' }],
    ['messages.0', { ...sound, messages: ['hello'] }],
    ['messages.1.role', { ...sound, messages: [...QUESTION, { content: 'x' }] }],
    ['messages.0.content', { ...sound, messages: [{ role: 'user', content: 7 }] }],
    ['messages.0.content', { ...sound, messages: [{ role: 'user', content: ['x'] }] }],
    ['stream', { ...sound, stream: 'yes' }],
    ['stream_options', { ...sound, stream_options: true }],
    ['n', { ...sound, n: 0 }],
    [null, ['a list']],
  ])('name the field that is at fault: %s', async (param, body) => {
    const answer = await ask(body);
    expectRefused(answer, 'validation_error');
    expect(answer.body.error.param).toBe(param);
    expect(chain.a.count).toBe(0);
  });

  it.each(['stream_options', 'n', 'stream', 'messages'])('take a number too long for us for no %s', async (param) => {
    const raw = JSON.stringify(sound).replace('{', `{"${param}":12345678901234567890,`);
    const once = param === 'messages' ? raw.replace(/,"messages":\[.*\]/, '') : raw;
    const answer = await ask(undefined, { raw: once });
    expectRefused(answer, 'validation_error');
    expect(answer.body.error.param).toBe(param);
  });

  it('let a body of 10 MB through, and not one byte more', async () => {
    const largest = bodyOf(MOST_BYTES);
    expect((await ask(undefined, { raw: largest })).status).toBe(200);
    expect(chain.a.calls[0]?.text.length).toBeGreaterThan(MOST_BYTES - 100);
    expectRefused(await ask(undefined, { raw: bodyOf(MOST_BYTES + 1) }), 'payload_too_large');
  });

  it('come before the stream when nothing has been said, with the attempts that were made', async () => {
    chain.a.always(serverError());
    const { status, text, headers } = await heardFrom(chain.app.baseUrl);
    expectOpenAiError(
      { status, headers: { ...headers } as Record<string, string>, body: text },
      'provider_unavailable',
    );
    expect(headers['x-holdfast-attempts']).toBe(String(chain.a.count));
  });

  it('tell of attempts that the deadline has overtaken', async () => {
    chain.a.next(serverError()).always(silence());
    const headers = { 'x-deadline-ms': '1000' };
    expect(await chat(chain, { stream: false, headers })).toMatchObject({ status: 504, attempts: 2 });
  });

  it('tell when the quota is used up, and only answers are charged', async () => {
    const before = await chargedChats(chain);
    await chain.api.put('/v1/quotas/chat', { limit: before + 1 });
    try {
      chain.a.always(contentFilter());
      for (const stream of [true, false]) expect((await chat(chain, { stream })).status).toBe(422);
      chain.a.clear();
      const many = await Promise.all(Array.from({ length: 6 }, (_, n) => chat(chain, { stream: n % 2 === 0 })));
      expect(many.filter(({ isWhole }) => isWhole)).toHaveLength(1);
      expect(new Set(many.filter(({ isWhole }) => !isWhole).map(({ code }) => code))).toEqual(
        new Set(['quota_exceeded']),
      );
      expectRefused(await ask(sound), 'quota_exceeded');
    } finally {
      await chain.api.put('/v1/quotas/chat', { limit: null });
    }
  });
});

describe('who chats', () => {
  it('may be a member, also with a client token, and is charged as the install of that', async () => {
    const { key } = await makeKey(chain.api);
    expect((await ask(sound, { key })).status).toBe(200);
    const token = await makeClientToken(chain.api, 'install-of-the-token');
    expect((await ask(sound, { key: token })).status).toBe(200);
    const { body } = await chain.api.get<{ data: { feature: string; installs: number }[] }>('/v1/usage');
    expect(body.data.find(({ feature }) => feature === 'chat')?.installs).toBe(2);
  });
});

describe('without any provider', () => {
  let app: TestApp;
  beforeAll(async () => void (app = await startTestApp()));
  afterAll(() => app.close());

  it.each([true, false])('the offline planner answers, and says what it is (stream: %s)', async (stream) => {
    const outcome = await chat({ api: app.api, app }, { stream, messages: [{ role: 'user', content: 'Fix my bike' }] });
    expect(outcome).toMatchObject({ models: ['offline/offline-planner-1'], isWhole: true, finish: 'stop' });
    expect(outcome.content).toMatch(/^No model provider is configured.*offline planner[^]*\n1\. .*[Bb]ike/);
  });

  it('gives its plan as JSON to those who ask for JSON', async () => {
    const { content } = await chat(
      { api: app.api, app },
      { stream: false, response_format: { type: 'json_object' }, messages: [{ role: 'user', content: 'Fix my bike' }] },
    );
    expect(JSON.parse(content)).toMatchObject({ steps: expect.any(Array) });
  });

  it('is listed, and has no other model', async () => {
    const { body } = await app.api.get<{ data: { id: string }[] }>('/v1/models');
    expect(body.data.map(({ id }) => id)).toEqual(['auto', 'offline/offline-planner-1']);
    const { status } = await app.api.post('/v1/chat/completions', { ...sound, model: 'offline/another' });
    expect(status).toBe(404);
  });

  it('does not stand in for providers that fail', async () => {
    chain.a.clear().always(serverError());
    expect((await chat(chain, { stream: false })).code).toBe('provider_unavailable');
  });
});
