import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fake from '../support/fake-provider/index.js';
import { FakeProvider, ok } from '../support/fake-provider/index.js';
import { APIS, ProviderClient, QUESTION } from '../support/provider-client.js';
import { until } from '../support/until.js';

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

describe('instead of an answer', () => {
  test.each([
    [fake.resetBeforeHead(), 'ECONNRESET'],
    [fake.closeBeforeHead(), 'ECONNRESET'],
    [fake.resetMidBody(), 'ECONNRESET'],
    [fake.resetMidBody('chunks'), 'ECONNRESET'],
    [fake.closeMidBody(), 'ECONNRESET'],
    [fake.closeMidBody('chunks'), 'ECONNRESET'],
    [fake.garbageBytes(), 'HPE_INVALID_CONSTANT'],
    [fake.status(418), 418],
    [fake.quotaExhausted(), 429],
    [fake.modelNotFound(), 404],
    [fake.rejectsPrefill(ok()), 200],
  ] as const)('%j', async (behaviour, expected) => {
    for (const stream of [false, true]) {
      provider.next(behaviour);
      expect(await client.outcome({ body: { stream } })).toBe(expected);
    }
    expect(provider.calls.map(({ finished }) => finished)).toEqual([true, true]);
  });

  test('a reset is a reset, and a close a close', async () => {
    const endings: string[] = [];
    for (const behaviour of [
      fake.resetBeforeHead(),
      fake.resetMidBody(),
      fake.closeBeforeHead(),
      fake.closeMidBody(),
    ]) {
      provider.next(behaviour);
      endings.push((await client.wire()).ending);
    }
    expect(endings).toEqual(['error', 'error', 'end', 'end']);
  });

  test('half a body arrives before its end', async () => {
    provider.next(fake.closeMidBody(), fake.closeMidBody('chunks'), fake.resetMidBody());
    expect((await client.wire()).bytes).toMatch(/content-length: \d{3}\r\n\r\n\{"id":"chatcmpl-1"/);
    expect((await client.wire()).bytes).not.toMatch(/\r\n0\r\n\r\n$/);
    expect((await client.wire()).bytes).toContain('{"id":"chatcmpl-3"');
  });

  test('Retry-After in seconds, as a date, in other words, and not at all', async () => {
    const date = new Date('2026-11-05T10:00:00Z');
    const values = [3, date, 'soon'].map((retryAfter) => fake.rateLimited({ retryAfter }));
    provider.next(...values, fake.rateLimited());
    const headers = [await client.ask(), await client.ask(), await client.ask(), await client.ask()].map(
      (answer) => answer.headers,
    );
    const expected = ['3', 'Thu, 05 Nov 2026 10:00:00 GMT', 'soon', undefined];
    expect(headers.map((all) => all['retry-after'])).toEqual(expected);
  });

  test.each([
    [fake.contextTooLong(), 'context_length_exceeded', 'prompt is too long'],
    [fake.contentFilter(), 'content_filter', 'content filtering policy'],
    [fake.unauthorized(), 'invalid_api_key', 'authentication_error'],
    [fake.rateLimited(), 'rate_limit_exceeded', 'rate_limit_error'],
    [fake.serverError(529), 'server_error', 'api_error'],
    [fake.contentFilter('finish_reason'), '"finish_reason":"content_filter"', '"stop_reason":"refusal"'],
    [fake.contentFilter('refusal'), '"refusal":"I cannot', '"stop_reason":"refusal"'],
    [fake.errorIn200(), '"error":{', '"type":"error"'],
    [fake.garbageBody(), '<!doctype html>', '<!doctype html>'],
    [fake.truncatedByLength(), '"finish_reason":"length"', '"stop_reason":"max_tokens"'],
  ] as const)('%j in both APIs, streamed or not', async (behaviour, ...signs) => {
    provider.always(behaviour);
    for (const [index, api] of APIS.entries())
      for (const stream of [false, true])
        expect((await client.ask({ api, body: { stream } })).text).toContain(signs[index]);
  });

  test('empty body, empty content, truncated JSON, wrong schema', async () => {
    provider.next(fake.emptyBody(), fake.emptyContent(), fake.truncatedJson({ steps: [] }), fake.wrongSchema());
    expect((await client.ask()).text).toBe('');
    expect((await client.ask()).text).toContain('"content":""');
    expect((await client.ask()).text).toContain(
      String.raw`"content":"{\"step","refusal":null},"logprobs":null,"finish_reason":"stop"`,
    );
    expect((await client.ask()).text).toContain('42');
  });

  test('wrong at first and right when asked again, prompt by prompt', async () => {
    provider.always(fake.repairedAtSecondTry('right'));
    const other = { messages: [{ role: 'user', content: 'Other' }] };
    const repair = {
      messages: [...QUESTION.messages, { role: 'assistant', content: '{}' }, { role: 'user', content: 'No' }],
    };
    const texts = [
      await client.ask(),
      await client.ask({ body: other }),
      await client.ask({ body: repair }),
      await client.ask({ body: other }),
    ];
    expect(texts.map(({ text }) => text.includes('right'))).toEqual([false, false, true, true]);
  });

  test('prefill is continued, with or without overlap, or rejected', async () => {
    const body = { messages: [...QUESTION.messages, { role: 'assistant', content: 'One two' }] };
    provider.next(
      fake.continuing('One two three'),
      fake.continuing('One two three', { overlap: 3 }),
      fake.rejectsPrefill(ok()),
    );
    expect((await client.ask({ body })).text).toContain('"content":" three"');
    expect((await client.ask({ body })).text).toContain('"content":"two three"');
    expect(await client.outcome({ body })).toBe(400);
  });

  test('delays', async () => {
    provider.next(fake.after(80, fake.serverError()));
    const startedMs = performance.now();
    expect(await client.outcome()).toBe(500);
    expect(performance.now() - startedMs).toBeGreaterThan(75);
  });

  test('a hang-up after an answer that promised to stay', async () => {
    provider.next(fake.hangUpAfter());
    const { bytes } = await client.wire();
    expect(bytes).toMatch(/^HTTP\/1.1 200 OK\r\n.*"finish_reason":"stop"/s);
    expect(bytes).not.toMatch(/connection: close/i);
  });

  test.each([{}, { stream: true }, { declared: true }])(
    'a huge answer waits for a slow reader: %j',
    async ({ stream, declared }) => {
      const bytes = 50_000_000;
      provider.next(fake.huge(bytes, { declared: declared ?? false }));
      const response = await client.open({ body: { stream } });
      await until(() => (provider.calls[0]?.sentBytes ?? 0) > 100_000);
      expect(provider.calls[0]?.sentBytes).toBeLessThan(bytes / 2);
      let read = 0;
      for await (const piece of response) read += (piece as Buffer).length;
      expect(read).toBeGreaterThan(bytes);
      expect(provider.calls[0]).toMatchObject({ finished: true });
    },
  );
});
