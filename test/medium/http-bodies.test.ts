import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startToyApp, type ToyApp } from '../support/http-app.js';
import { expectProblem } from '../support/problem.js';
import { exchangeRaw, RawClient, request } from '../support/raw-http.js';

let toy: ToyApp;
beforeAll(async () => void (toy = await startToyApp()));
afterAll(() => toy.app.close());

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  exchangeRaw(toy.port, request('POST', path, headers, body));

const counted = (fields: object = {}) => JSON.stringify({ install_id: 'install-1', local_count: 3, ...fields });
const ofSize = (bytes: number) => `{"a":"${'a'.repeat(bytes - 8)}"}`;
const ofDepth = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

function chunked(path: string, body: string, size = 7_000): Buffer {
  const head = request('POST', path, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  const chunks = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.slice(at, at + size);
    chunks.push(Buffer.from(`${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`));
  }
  return Buffer.concat([head, ...chunks, Buffer.from('0\r\n\r\n')]);
}

describe('size', () => {
  test('64 KiB are read, one byte more is 413', async () => {
    expect((await post('/toys/any', ofSize(65_536)))?.status).toBe(200);
    expectProblem(await post('/toys/any', ofSize(65_537)), 'payload_too_large');
  });

  test('what counts is what arrives, not what a length says', async () => {
    expect((await exchangeRaw(toy.port, chunked('/toys/any', ofSize(65_536))))?.status).toBe(200);
    expectProblem(await exchangeRaw(toy.port, chunked('/toys/any', ofSize(65_537))), 'payload_too_large');
  });

  test('a route may allow more', async () => {
    expect((await post('/toys/big', ofSize(100_000)))?.status).toBe(200);
    expectProblem(await post('/toys/big', ofSize(100_001)), 'payload_too_large');
  });

  test('a client that sends far too much and only then listens gets its answer', async () => {
    const client = await RawClient.connect(toy.port);
    client.send(request('POST', '/toys/any', {}, ofSize(5_000_000)));
    expectProblem(await client.response(), 'payload_too_large');
    expect((await client.send(request('GET', '/toys/noop')).response())?.status).toBe(200);
    client.destroy();
    expectProblem(await exchangeRaw(toy.port, chunked('/toys/any', ofSize(5_000_000))), 'payload_too_large');
  });

  test('nobody unauthenticated makes us read a body', async () => {
    const head = request('POST', '/toys/any', {
      authorization: '',
      'content-length': '60000',
      'content-type': 'application/json',
    });
    expectProblem(await exchangeRaw(toy.port, head), 'unauthorized');
  });
});

describe('type', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/merge-patch+json',
  ])('%s is read', async (type) => {
    expect((await post('/toys/any', '{}', { 'content-type': type }))?.status).toBe(200);
  });

  test.each([
    'text/plain',
    'text/json',
    'application/xml',
    'application/jsonx',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
    ';',
    '',
  ])('%p is 415', async (type) => {
    expectProblem(await post('/toys/any', '{}', { 'content-type': type }), 'unsupported_media_type');
  });

  test('a body without a type is 415', async () => {
    const bytes = Buffer.from(
      'POST /toys/any HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\ncontent-length: 2\r\n\r\n{}',
    );
    expectProblem(await exchangeRaw(toy.port, bytes), 'unsupported_media_type');
  });

  test('a compressed body is 415', async () => {
    expectProblem(await post('/toys/any', 'xx', { 'content-encoding': 'gzip' }), 'unsupported_media_type');
    expect((await post('/toys/any', '{}', { 'content-encoding': 'identity' }))?.status).toBe(200);
  });
});

describe('JSON', () => {
  test.each([
    '',
    ' ',
    '{',
    '{"a":}',
    "{'a':1}",
    '{"a":1,}',
    'NaN',
    '{"a":1}{',
    '\ufeff{}',
    '"\u0001"',
    '[1,2',
    '{"a":1e}',
    ':',
    '{"a":\\u0031}',
  ])('%p is invalid_json', async (text) => {
    expectProblem(
      await post('/toys/any', text, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      }),
      'invalid_json',
    );
  });

  test('no body at all is invalid_json where one is needed, and nothing where none is', async () => {
    expectProblem(await post('/toys/any', ''), 'invalid_json');
    expect((await post('/toys/bare', ''))?.status).toBe(202);
    expect((await post('/toys/bare', '', { 'content-type': 'application/json', 'content-length': '0' }))?.status).toBe(
      202,
    );
  });

  test.each([
    'application/x-www-form-urlencoded',
    'text/plain;charset=UTF-8',
    'application/json; charset=latin1',
    'nonsense',
    '',
  ])('no body at all has no type that could be wrong: %p', async (type) => {
    const nothing = { 'content-type': type, 'content-length': '0' };
    expect((await post('/toys/bare', '', nothing))?.status).toBe(202);
    expectProblem(await post('/toys/any', '', nothing), 'invalid_json');
    for (const headers of [nothing, { 'content-type': type }])
      expect((await exchangeRaw(toy.port, request('DELETE', '/toys/items/1', headers)))?.status).toBe(204);
  });

  test('what is not UTF-8 is invalid_json', async () => {
    expectProblem(await post('/toys/any', Buffer.from([0x22, 0xff, 0x22])), 'invalid_json');
    expectProblem(await post('/toys/any', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), 'invalid_json');
  });

  test('32 levels are read; 33, and 100,000 of them, are invalid_request', async () => {
    expect((await post('/toys/any', ofDepth(32)))?.status).toBe(200);
    expectProblem(await post('/toys/any', ofDepth(33)), 'invalid_request');
    expectProblem(await post('/toys/big', '['.repeat(99_000)), 'invalid_request');
    expectProblem(await post('/toys/big', '{"a":'.repeat(15_000)), 'invalid_request');
    expect((await post('/toys/any', `{"a":"${'['.repeat(100)}\\"[["}`))?.status).toBe(200);
  });

  test('a field named twice is invalid_json, and is not quoted', async () => {
    for (const text of [
      '{"hush":1,"hush":2}',
      '{"a":{"hush":1,"b":2,"hush":1}}',
      '[{"hush":1,"\\u0068ush":1}]',
      '{"a":1,"a":{"b":1}}',
    ]) {
      const response = await post('/toys/any', text);
      expectProblem(response, 'invalid_json');
      expect(response?.body).not.toContain('hush');
    }
    expect((await post('/toys/any', '{"a":{"b":":"},"c":[{"b":1},{"b":1}]}'))?.status).toBe(200);
  });

  test.each(['{"__proto__":{"a":1}}', '{"a":{"\\u005f_proto__":1}}', '{"constructor":{"prototype":{"a":1}}}'])(
    '%p is invalid_json',
    async (text) => {
      expectProblem(await post('/toys/any', text), 'invalid_json');
    },
  );

  test('NUL and lone surrogates are 422 and point to the text', async () => {
    const problem = expectProblem(
      await post('/toys/any', '{"a":["x","\\u0000"],"b":{"c/d":"\\ud800"},"e":"\\ud83d\\ude00"}'),
      'validation_error',
    );
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/a/1', '/b/c~1d']);
    expectProblem(await post('/toys/any', '{"\\u0000":1}'), 'validation_error');
  });
});

describe('validation', () => {
  test('a good body arrives as an instance, in the context of its request', async () => {
    const response = await post('/toys/context', counted({ since: '2026-11-05T12:00:00+02:00' }), {
      'x-request-id': 'with-body',
    });
    expect(JSON.parse(response?.body ?? '')).toMatchObject({
      id: 'with-body',
      tenant: 'tenant-1',
      count: 3,
      isInstance: true,
    });
  });

  test.each([
    ['[]', ''],
    ['3', ''],
    ['null', ''],
    [counted({ more: 1 }), '/more'],
    [counted({ 'a/b~c': 1 }), '/a~1b~0c'],
    [counted({ local_count: '3' }), '/local_count'],
    [counted({ local_count: 3.5 }), '/local_count'],
    [counted({ local_count: -1 }), '/local_count'],
    [counted({ local_count: 1_000_000_001 }), '/local_count'],
    [counted({ local_count: null }), '/local_count'],
    [counted({ local_count: true }), '/local_count'],
    [counted({ install_id: 'seven77' }), '/install_id'],
    [counted({ install_id: '😀'.repeat(129) }), '/install_id'],
    [counted({ install_id: ['install-1'] }), '/install_id'],
    [counted({ since: '2026-02-30T00:00:00Z' }), '/since'],
    [counted({ since: null }), '/since'],
    ['{"local_count":1}', '/install_id'],
    ['{"install_id":"install-1","local_count":1e999}', '/local_count'],
  ])('%p is 422 at %p', async (body, pointer) => {
    const problem = expectProblem(await post('/toys/context', body), 'validation_error');
    expect(problem.errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });

  test('characters are code points', async () => {
    expect((await post('/toys/context', counted({ install_id: '😀'.repeat(128) })))?.status).toBe(200);
    expect((await post('/toys/context', counted({ install_id: '😀'.repeat(8) })))?.status).toBe(200);
    expectProblem(await post('/toys/context', counted({ install_id: '😀'.repeat(7) })), 'validation_error');
  });

  test('a fault names the rule and never the value', async () => {
    const response = await post('/toys/context', counted({ local_count: 'hush', install_id: 'hush' }));
    const problem = expectProblem(response, 'validation_error');
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/install_id', '/local_count']);
    expect(response?.body).not.toContain('hush');
  });

  test('a body with thousands of faults has a short answer', async () => {
    const fields = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`f${at}`, at]));
    const response = await post('/toys/context', counted(fields));
    expectProblem(response, 'validation_error');
    expect(response?.body.length).toBeLessThan(5_000);
  });

  test.each([
    ['', 50],
    ['?limit=7', 7],
    ['?limit=200', 200],
    ['?limit=201', 200],
    ['?limit=999999999999999', 200],
    ['?limit=9007199254740991', 200],
    [`?limit=${'9'.repeat(300)}`, 200],
  ])('the page of %p has %p rows', async (query, limit) => {
    const response = await exchangeRaw(toy.port, request('GET', `/toys/list${query}`));
    expect(JSON.parse(response?.body ?? '')).toEqual({ limit, cursor: null });
  });

  test.each(['0', '-1', 'x', '1.5', '', '%00', '1&limit=2', '0x10', '1e2', '%zz'])(
    'limit=%s is 422 at /limit',
    async (limit) => {
      const problem = expectProblem(
        await exchangeRaw(toy.port, request('GET', `/toys/list?limit=${limit}`)),
        'validation_error',
      );
      expect(problem.errors).toEqual([{ pointer: '/limit', detail: expect.any(String) }]);
    },
  );
});

test('a parameter that is given twice is told to be that, whatever its values are', async () => {
  const twice = request('GET', '/toys/list?limit=1&limit=2&cursor=a&cursor=a');
  const problem = expectProblem(await exchangeRaw(toy.port, twice), 'validation_error');
  expect(problem.errors).toEqual(
    expect.arrayContaining([
      { pointer: '/limit', detail: 'must be given once' },
      { pointer: '/cursor', detail: 'must be given once' },
    ]),
  );
});

describe('bodies where none belongs', () => {
  test('with GET they are not looked at, with DELETE they are dropped', async () => {
    expect((await exchangeRaw(toy.port, request('GET', '/toys/noop', {}, '{"a":1}')))?.status).toBe(200);
    expect((await exchangeRaw(toy.port, request('DELETE', '/toys/items/1', {}, '{"a":1}')))?.status).toBe(204);
    expectProblem(await exchangeRaw(toy.port, request('DELETE', '/toys/items/1', {}, '{')), 'invalid_json');
  });

  test('with POST their fields are unknown ones, and nothing is done', async () => {
    for (const nothing of ['{}', 'null']) expect((await post('/toys/bare', nothing))?.status).toBe(202);
    const problem = expectProblem(await post('/toys/bare', '{"reason":"late"}'), 'validation_error');
    expect(problem.errors).toEqual([{ pointer: '/reason', detail: 'is not a known field' }]);
    expectProblem(await post('/toys/bare', '[]'), 'validation_error');
  });
});
