import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../src/reliability/errors/codes.js';
import type { Problem } from '../../src/reliability/errors/problem.js';
import { BOOTSTRAP_KEY, startTestApp, type TestApp } from '../support/app.js';
import type { Answer, Call } from '../support/client.js';
import { assertMatchesContract } from '../support/openapi-check.js';
import { expectProblem } from '../support/problem.js';
import { exchangeRaw, request, type RawResponse } from '../support/raw-http.js';

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(async () => {
  const alarms = app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  await app.close();
  expect(alarms).toEqual([]);
});

/** Characters that only a count of code points counts as one each. */
const CHARACTERS = {
  letters: 'a',
  umlauts: 'ü',
  emoji: '😀',
  'combining marks': '\u0301',
  'right-to-left letters': 'ש',
  'right-to-left marks': '\u200f',
  'regional indicators': '🇪',
  'joined families': '👩\u200d',
} as const;
const characterKinds = Object.entries(CHARACTERS);

/** A text of exactly `count` code points. */
function ofLength(count: number, character: string = CHARACTERS.letters): string {
  return [...character.repeat(count)].slice(0, count).join('');
}

const TASK = 'Plan a birthday party for 12 children';
const breakdown = (fields: object): object => ({ input_text: TASK, ...fields });
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const post = (path: string, body: unknown, call: Call = {}): Promise<Answer> => app.api.post(path, body, call);
const postRaw = (path: string, raw: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.call('POST', path, { raw, headers });

function refused({ status, headers, text }: Answer, code: ErrorCode): Problem {
  return expectProblem({ status, headers: { ...headers }, body: text }, code);
}

/** Expects a 422 that points to one place only. */
function refusedAt(answer: Answer, pointer: string): void {
  const problem = refused(answer, 'validation_error');
  expect(problem.errors).toEqual([{ pointer, detail: expect.stringMatching(/\S/) }]);
}

const port = (): number => Number(new URL(app.baseUrl).port);
const AUTHORISED = { authorization: `Bearer ${BOOTSTRAP_KEY}` };

/** Sends bytes as they are, and holds the answer against the API document. */
async function send(method: string, path: string, bytes: Buffer | string): Promise<RawResponse | undefined> {
  const response = await exchangeRaw(port(), bytes);
  if (response)
    assertMatchesContract({ method, url: path, contentType: response.headers['content-type'], ...response });
  return response;
}

describe('the task', () => {
  test('may have one character, and not none', async () => {
    refusedAt(await post('/v1/breakdowns', { input_text: '' }), '/input_text');
    for (const [, character] of characterKinds) {
      const { status } = await post('/v1/breakdowns', { input_text: ofLength(1, character) });
      expect(status).toBe(200);
    }
  });

  test.each([
    ['missing', {}],
    ['null', { input_text: null }],
    ['a number', { input_text: 7 }],
    ['a list', { input_text: [TASK] }],
  ])('is refused when it is %s', async (_what, body) => refusedAt(await post('/v1/breakdowns', body), '/input_text'));
});

describe.each(characterKinds)('lengths in %s are counted in code points:', (_kind, character) => {
  test('a hint has 280 and not 281', async () => {
    const hints = (length: number) => breakdown({ context_hints: ['short', ofLength(length, character)] });
    expect((await post('/v1/breakdowns', hints(280))).status).toBe(200);
    refusedAt(await post('/v1/breakdowns', hints(281)), '/context_hints/1');
  });

  test('a template id has 128, which may be unknown, and not 129', async () => {
    const ids = (length: number) => breakdown({ template_ids: ['tax-return', ofLength(length, character)] });
    const [unknown] = refused(await post('/v1/breakdowns', ids(128)), 'validation_error').errors ?? [];
    const [tooLong] = refused(await post('/v1/breakdowns', ids(129)), 'validation_error').errors ?? [];
    expect(unknown).toEqual({ pointer: '/template_ids/1', detail: 'is not the id of a template' });
    expect(tooLong).toEqual({ pointer: '/template_ids/1', detail: expect.stringContaining('128') });
  });

  test('an install id has 8 to 128', async () => {
    for (const length of [8, 128]) {
      const install = ofLength(length, character);
      expect((await post('/v1/breakdowns', breakdown({ install_id: install }))).status).toBe(200);
      expect((await post('/v1/client-tokens', { install_id: install })).status).toBe(201);
      expect((await post('/v1/usage/reconcile', report({ install_id: install }))).status).toBe(200);
    }
    for (const length of [7, 129]) {
      const install = ofLength(length, character);
      refusedAt(await post('/v1/breakdowns', breakdown({ install_id: install })), '/install_id');
      refusedAt(await post('/v1/client-tokens', { install_id: install }), '/install_id');
      refusedAt(await post('/v1/usage/reconcile', report({ install_id: install })), '/install_id');
      const batch = { items: [report(), report({ install_id: install })] };
      refusedAt(await post('/v1/usage/reconcile/batch', batch), '/items/1/install_id');
    }
  });

  test('a feature has 1 to 64', async () => {
    for (const length of [1, 64])
      expect((await post('/v1/usage/reconcile', report({ feature: ofLength(length, character) }))).status).toBe(200);
    for (const length of [0, 65])
      refusedAt(await post('/v1/usage/reconcile', report({ feature: ofLength(length, character) })), '/feature');
  });

  test('task, hints and template ids have 4,000 together and not 4,001', async () => {
    const hint = ofLength(280, character);
    const rest = 280 * 3 + 'tax-return'.length;
    const body = (total: number) => ({
      input_text: ofLength(total - rest, character),
      context_hints: times(3, hint),
      template_ids: ['tax-return'],
    });
    expect((await post('/v1/breakdowns', body(4_000))).status).toBe(200);
    refused(await post('/v1/breakdowns', body(4_001)), 'request_too_large');
    expect((await post('/v1/breakdowns', { input_text: ofLength(4_000, character) })).status).toBe(200);
    refused(await post('/v1/breakdowns', { input_text: ofLength(4_001, character) }), 'request_too_large');
  });
});

describe('lists', () => {
  test('there may be 32 hints and 32 template ids, and not 33', async () => {
    expect((await post('/v1/breakdowns', breakdown({ context_hints: times(32, 'quiet') }))).status).toBe(200);
    refusedAt(await post('/v1/breakdowns', breakdown({ context_hints: times(33, 'quiet') })), '/context_hints');
    expect((await post('/v1/breakdowns', breakdown({ template_ids: times(32, 'tax-return') }))).status).toBe(200);
    refusedAt(await post('/v1/breakdowns', breakdown({ template_ids: times(33, 'tax-return') })), '/template_ids');
    expect((await post('/v1/breakdowns', breakdown({ context_hints: [], template_ids: [] }))).status).toBe(200);
  });

  test('a list that is none, or holds anything but text, is refused where that stands', async () => {
    for (const field of ['context_hints', 'template_ids']) {
      for (const value of ['tax-return', {}, { 0: 'tax-return', length: 1 }, 7, true])
        refusedAt(await post('/v1/breakdowns', breakdown({ [field]: value })), `/${field}`);
      for (const element of [7, null, {}, ['tax-return'], true])
        refusedAt(await post('/v1/breakdowns', breakdown({ [field]: ['tax-return', element] })), `/${field}/1`);
    }
  });

  test('a batch has 1 to 500 reports', async () => {
    const batch = (count: number) => ({ items: times(count, report()) });
    expect((await post('/v1/usage/reconcile/batch', batch(1))).status).toBe(200);
    expect((await post('/v1/usage/reconcile/batch', batch(500))).status).toBe(200);
    refusedAt(await post('/v1/usage/reconcile/batch', batch(0)), '/items');
    refusedAt(await post('/v1/usage/reconcile/batch', batch(501)), '/items');
  });

  test('every template id that is unknown is pointed to, none that is known', async () => {
    const body = breakdown({ template_ids: ['none-such', 'tax-return', '__proto__', 'Tax-Return', 'constructor'] });
    const { errors = [] } = refused(await post('/v1/breakdowns', body), 'validation_error');
    expect(errors.map(({ pointer }) => pointer)).toEqual([0, 2, 3, 4].map((at) => `/template_ids/${at}`));
  });
});

function report(fields: object = {}): object {
  return { install_id: 'install-01', feature: 'breakdown', local_count: 3, ...fields };
}

describe('numbers', () => {
  test.each([1, 2, 3, 4, 5])('granularity may be %d', async (granularity) => {
    expect((await post('/v1/breakdowns', breakdown({ granularity }))).status).toBe(200);
  });

  test.each([0, 6, -1, 1.5, '3', '', null, true, [3], {}, 1e21, -0.5])(
    'granularity may not be %p',
    async (granularity) => {
      refusedAt(await post('/v1/breakdowns', breakdown({ granularity })), '/granularity');
    },
  );

  test.each(['3.0', '30e-1', '0.3e1'])('%s is the integer 3, however it is written', async (written) => {
    expect((await postRaw('/v1/breakdowns', `{"input_text":"x","granularity":${written}}`)).status).toBe(200);
  });

  test.each([
    '1e999',
    '-1e999',
    '99999999999999999999',
    '1e400000',
    '5.0000000000000001e0000000000000000001',
    '1e-999',
  ])('granularity %s is refused and no trouble', async (written) => {
    refusedAt(await postRaw('/v1/breakdowns', `{"input_text":"x","granularity":${written}}`), '/granularity');
  });

  test('a local count is a whole number from 0 to 10⁹', async () => {
    for (const count of [0, 1_000_000_000])
      expect((await post('/v1/usage/reconcile', report({ local_count: count }))).status).toBe(200);
    for (const count of [-1, 1_000_000_001, 0.5, '3', null, true, [3], Number.MAX_SAFE_INTEGER + 1])
      refusedAt(await post('/v1/usage/reconcile', report({ local_count: count })), '/local_count');
    for (const written of ['1e999', '-1e999', '99999999999999999999', '-99999999999999999999']) {
      const raw = JSON.stringify(report({ local_count: 7_777 })).replace('7777', written);
      refusedAt(await postRaw('/v1/usage/reconcile', raw), '/local_count');
    }
  });

  test('a quota is a whole number from 0 to 10¹², or null', async () => {
    const put = (limit: unknown) => app.api.put('/v1/quotas/session', { limit });
    for (const limit of [0, 1_000_000_000_000, null]) expect((await put(limit)).status).toBe(200);
    for (const limit of [-1, 1_000_000_000_001, 0.5, '3', true, [3]]) refusedAt(await put(limit), '/limit');
    refusedAt(await app.api.put('/v1/quotas/session', {}), '/limit');
  });

  test('a token lives for 1 to 3,600 seconds', async () => {
    const token = (ttl: unknown) => post('/v1/client-tokens', { install_id: 'install-01', ttl_seconds: ttl });
    for (const ttl of [1, 3_600]) expect((await token(ttl)).status).toBe(201);
    for (const ttl of [0, 3_601, -5, 1.5, '60', null]) refusedAt(await token(ttl), '/ttl_seconds');
  });
});

describe('null', () => {
  test.each(['granularity', 'context_hints', 'template_ids', 'install_id'])(
    'is no way to leave %s out of a breakdown',
    async (field) => refusedAt(await post('/v1/breakdowns', breakdown({ [field]: null })), `/${field}`),
  );

  test('is no way to leave a field out of any other body', async () => {
    refusedAt(await post('/v1/usage/reconcile', report({ since: null })), '/since');
    refusedAt(await post('/v1/usage/reconcile', report({ install_id: null })), '/install_id');
    refusedAt(await post('/v1/api-keys', { name: 'n', scopes: ['member'], expires_at: null }), '/expires_at');
    refusedAt(await post('/v1/client-tokens', { install_id: 'install-01', scopes: null }), '/scopes');
  });

  test.each(['null', '[]', '"text"', '3', 'true'])('the body %s is refused as a whole', async (raw) => {
    refusedAt(await postRaw('/v1/breakdowns', raw), '');
  });
});

describe('fields', () => {
  test('unknown ones are refused, each where it stands', async () => {
    refusedAt(await post('/v1/breakdowns', breakdown({ inputText: 'x' })), '/inputText');
    refusedAt(await post('/v1/breakdowns', breakdown({ model: 'x' })), '/model');
    const batch = { items: [report(), report({ more: 1 })] };
    refusedAt(await post('/v1/usage/reconcile/batch', batch), '/items/1/more');
  });

  test('names of the language itself are unknown as well', async () => {
    for (const name of ['toString', 'hasOwnProperty', 'constructor', '__defineGetter__', 'valueOf', 'length', ''])
      refusedAt(await post('/v1/breakdowns', breakdown({ [name]: 'x' })), `/${name}`);
  });

  test('one named twice is refused, also when both are the same or one is escaped', async () => {
    for (const raw of [
      `{"input_text":"a","input_text":"b"}`,
      `{"input_text":"a","input_text":"a"}`,
      `{"input_text":"a","input\\u005ftext":"a"}`,
      `{"input_text":"a","context_hints":[{"a":1,"a":1}]}`,
    ])
      refused(await postRaw('/v1/breakdowns', raw), 'invalid_json');
  });

  test('names that reach into prototypes are refused', async () => {
    refused(await postRaw('/v1/breakdowns', '{"input_text":"a","__proto__":{"granularity":1}}'), 'invalid_json');
    const deep = '{"input_text":"a","constructor":{"prototype":{"x":1}}}';
    refused(await postRaw('/v1/breakdowns', deep), 'invalid_json');
  });
});

describe('depth', () => {
  /** The body's object is the first level. */
  const hints = (depth: number) =>
    `{"input_text":"x","context_hints":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

  test('32 levels are looked at, 33 are refused', async () => {
    refusedAt(await postRaw('/v1/breakdowns', hints(32)), '/context_hints/0');
    refused(await postRaw('/v1/breakdowns', hints(33)), 'invalid_request');
  });

  test.each(['/v1/breakdowns', '/v1/usage/reconcile', '/v1/api-keys', '/v1/tenants'])(
    'as many levels as a body can have are refused by %s at once',
    async (path) => {
      for (const raw of ['['.repeat(65_536), '{"a":'.repeat(13_107), `${'['.repeat(32_768)}${']'.repeat(32_768)}`])
        refused(await postRaw(path, raw), 'invalid_request');
      for (const raw of ['['.repeat(100_000), `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`])
        refused(await postRaw(path, raw), 'payload_too_large');
    },
  );

  test('brackets in text are no levels', async () => {
    expect((await post('/v1/breakdowns', { input_text: `${'['.repeat(500)}"{\\` })).status).toBe(200);
  });
});

describe('text', () => {
  test.each([
    ['a NUL', '\\u0000'],
    ['a high surrogate alone', '\\ud83d'],
    ['a low surrogate alone', '\\ude00'],
    ['a pair the wrong way round', '\\ude00\\ud83d'],
    ['two high surrogates', '\\ud83d\\ud83d\\ude00'],
  ])('%s is refused where it stands', async (_what, escaped) => {
    refusedAt(await postRaw('/v1/breakdowns', `{"input_text":"a${escaped}b"}`), '/input_text');
    const hints = `{"input_text":"a","context_hints":["ok","x${escaped}"]}`;
    refusedAt(await postRaw('/v1/breakdowns', hints), '/context_hints/1');
    const named = `{"input_text":"a","install_id":"install-${escaped}"}`;
    refusedAt(await postRaw('/v1/breakdowns', named), '/install_id');
    refusedAt(await postRaw('/v1/tenants', `{"name":"${escaped}"}`), '/name');
  });

  test('a whole pair, control characters and everything beyond the BMP are text', async () => {
    for (const escaped of ['\\ud83d\\ude00', '\\u0007\\u001b[2J', '\\ufffe\\uffff', '\\udbff\\udfff', '\\u2028\\u202e'])
      expect((await postRaw('/v1/breakdowns', `{"input_text":"tidy ${escaped}"}`)).status).toBe(200);
  });
});

describe('the body', () => {
  const padded = (bytes: number) => `{"input_text":"tidy up"${' '.repeat(bytes - 24)}}`;

  test.each([
    '{',
    '',
    ' ',
    '{"input_text":}',
    "{'input_text':'x'}",
    '{"input_text":"x",}',
    'input_text=x',
    '\ufeff{}',
    'NaN',
  ])('%p is no JSON', async (raw) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(raw)) };
    const response = await send(
      'POST',
      '/v1/breakdowns',
      request('POST', '/v1/breakdowns', { ...AUTHORISED, ...headers }, raw),
    );
    expectProblem(response, 'invalid_json');
  });

  test('none at all is invalid_json', async () => {
    refused(await app.api.call('POST', '/v1/breakdowns'), 'invalid_json');
    refused(await app.api.call('PUT', '/v1/quotas/session'), 'invalid_json');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/jsonp',
  ])('of type %s is refused', async (type) => {
    const answer = await postRaw('/v1/breakdowns', '{"input_text":"x"}', { 'content-type': type });
    refused(answer, 'unsupported_media_type');
  });

  test('has 65,536 bytes and not one more', async () => {
    expect((await postRaw('/v1/breakdowns', padded(65_536))).status).toBe(200);
    refused(await postRaw('/v1/breakdowns', padded(65_537)), 'payload_too_large');
  });

  test('has as many when no length is given', async () => {
    const chunked = (bytes: number) => {
      const head = request('POST', '/v1/breakdowns', {
        ...AUTHORISED,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      });
      const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
      const body = padded(bytes);
      return Buffer.concat([head, Buffer.from(chunk(body.slice(0, 65_530)) + chunk(body.slice(65_530)) + '0\r\n\r\n')]);
    };
    expect((await send('POST', '/v1/breakdowns', chunked(65_536)))?.status).toBe(200);
    expectProblem(await send('POST', '/v1/breakdowns', chunked(65_537)), 'payload_too_large');
  });

  test('counts in bytes, not in characters', async () => {
    const text = '😀'.repeat(16_400);
    refused(await post('/v1/breakdowns', { input_text: text }), 'payload_too_large');
    refused(await post('/v1/breakdowns', { input_text: text.slice(0, 32_000) }), 'request_too_large');
  });
});

describe('the head', () => {
  test('20 KB of headers are refused, 10 KB are read', async () => {
    const withFiller = (bytes: number) => request('GET', '/v1/me', { ...AUTHORISED, 'x-filler': 'a'.repeat(bytes) });
    expectProblem(await send('GET', '/v1/me', withFiller(20_480)), 'headers_too_large');
    expect((await send('GET', '/v1/me', withFiller(10_240)))?.status).toBe(200);
  });

  test('garbage on the socket is a problem, and the next connection is served', async () => {
    for (const bytes of ['garbage\r\n\r\n', Buffer.from('16030100f4010000f00303', 'hex'), '\0\0\r\n\r\n'])
      expectProblem(await exchangeRaw(port(), bytes), 'invalid_request');
    expect((await app.api.get('/v1/me')).status).toBe(200);
  });

  test('credentials may be as long as they like, and are no more good for it', async () => {
    for (const key of ['x'.repeat(12_000), `hf_test_${'0'.repeat(4_000)}`, `${'a'.repeat(4_000)}.b.c`])
      refused(await app.api.get('/v1/me', { key }), 'unauthorized');
  });
});

describe('paths and queries', () => {
  test('a path parameter may have 512 characters, and not 513', async () => {
    refused(await app.api.delete(`/v1/api-keys/${'a'.repeat(512)}`), 'not_found');
    refused(await app.api.delete(`/v1/api-keys/${'a'.repeat(513)}`), 'invalid_request');
  });

  test.each([
    '/v1/tenants',
    '/v1/api-keys',
    '/v1/members',
    '/v1/usage',
    '/v1/projects',
    '/v1/actions',
    '/v1/sessions',
    '/v1/league',
  ])('%s takes no cursor but its own', async (path) => {
    const forged = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const cursor of [
      'x',
      '',
      forged([]),
      forged({}),
      forged(['x', 'y']),
      forged([null, null]),
      'a'.repeat(5_000),
      '%F0%9F%98%80',
    ])
      refused(await app.api.get(`${path}?cursor=${cursor}`), 'invalid_cursor');
    for (const limit of ['0', '-1', '1.5', 'x', '', '1e9'])
      refusedAt(await app.api.get(`${path}?limit=${limit}`), '/limit');
    expect((await app.api.get(`${path}?limit=99999999999999`)).status).toBe(200);
  });
});
