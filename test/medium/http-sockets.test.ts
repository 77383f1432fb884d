import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startToyApp, type ToyApp } from '../support/http-app.js';
import { expectProblem } from '../support/problem.js';
import { exchangeRaw, RawClient, request } from '../support/raw-http.js';

let toy: ToyApp;
beforeAll(async () => void (toy = await startToyApp()));
afterAll(() => toy.app.close());

const send = (bytes: string | Buffer, options = {}) => exchangeRaw(toy.port, bytes, options);

describe('what is no request', () => {
  test.each([
    ['garbage', 'garbage\r\n\r\n'],
    ['binary', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10])],
    ['TLS', Buffer.from('16030100f4010000f00303', 'hex')],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a bad header', 'GET / HTTP/1.1\r\nno colon\r\n\r\n'],
    ['two lengths', 'POST /toys/any HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}'],
    [
      'length and chunks',
      'POST /toys/any HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}',
    ],
    ['a NUL in the path', 'GET /toys/\0 HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('%s is a problem, and the connection ends', async (_name, bytes) => {
    const client = await RawClient.connect(toy.port);
    const response = await client.send(bytes).response();
    expect(expectProblem(response, 'invalid_request').detail).toContain('check its first line, its headers');
    expect(response?.headers['connection']).toBe('close');
    client.socket.end();
    await client.ended();
  });

  test('20 KB of headers are 431', async () => {
    const response = await send(request('GET', '/toys/noop', { 'x-filler': 'a'.repeat(20_000) }));
    expectProblem(response, 'headers_too_large');
  });

  test('a URL of 20 KB is 431, one of 10 KB is looked at', async () => {
    expectProblem(await send(request('GET', `/${'a'.repeat(20_000)}`)), 'headers_too_large');
    expectProblem(await send(request('GET', `/toys/${'a'.repeat(10_000)}`)), 'not_found');
    expectProblem(await send(request('GET', `/toys/items/${'a'.repeat(10_000)}`)), 'invalid_request');
  });

  test('CONNECT and strange expectations are refused with a problem', async () => {
    expectProblem(await send('CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n'), 'invalid_request');
    expectProblem(await send(request('GET', '/toys/noop', { expect: 'a miracle' })), 'invalid_request');
  });

  test.each([
    ['CONNECT', Buffer.from('CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n')],
    ['a strange expectation', request('GET', '/toys/noop', { expect: 'a miracle' })],
  ])('%s behind a request is answered after it', async (_name, refused) => {
    const client = await RawClient.connect(toy.port);
    client.send(Buffer.concat([request('GET', '/toys/items/1', { authorization: 'Bearer slow' }), refused]));
    expect((await client.response())?.body).toBe('{"id":"1"}');
    expectProblem(await client.response(), 'invalid_request');
    client.destroy();
  });

  test('a client that resets the connection of its CONNECT does no harm', async () => {
    for (let times = 0; times < 20; times++) {
      const client = await RawClient.connect(toy.port);
      client.send('CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n');
      await new Promise(setImmediate);
      client.socket.resetAndDestroy();
      await client.ended();
    }
    // An error that nobody has heard fails the run by itself.
    expect((await send(request('GET', '/toys/noop')))?.status).toBe(200);
  });

  test('a strange expectation is refused as any request is: with its own id, and the connection goes on', async () => {
    const client = await RawClient.connect(toy.port);
    client.send(request('POST', '/toys/any', { expect: 'a miracle', 'x-request-id': 'hopeful' }, '{"a":1}'));
    expect(expectProblem(await client.response(), 'invalid_request').request_id).toBe('hopeful');
    client.send(request('GET', '/toys/items/1'));
    expect((await client.response())?.body).toBe('{"id":"1"}');
    client.destroy();
  });

  test('garbage in the middle of a chunked body is a problem', async () => {
    const headers = {
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
      'x-request-id': 'broken-off',
    };
    const head = request('POST', '/toys/any', headers);
    const response = await send(Buffer.concat([head, Buffer.from('zz\r\n{}\r\n0\r\n\r\n')]));
    expect(expectProblem(response, 'invalid_request').request_id).toBe('broken-off');
  });

  test('garbage behind whole requests takes no answer from them, and has one of its own', async () => {
    const client = await RawClient.connect(toy.port);
    client.send(
      Buffer.concat([
        request('GET', '/toys/items/1', { authorization: 'Bearer slow' }),
        request('POST', '/toys/any', {}, '{"a":1}'),
        Buffer.from('garbage\r\n\r\n'),
      ]),
    );
    await new Promise(setImmediate);
    client.send('more of it\r\n\r\n');
    expect((await client.response())?.body).toBe('{"id":"1"}');
    expect((await client.response())?.body).toBe('{"type":"object"}');
    expectProblem(await client.response(), 'invalid_request');
    client.socket.end();
    await client.ended();
  });

  test('garbage in the body of a request behind a whole one is the fault of its own request alone', async () => {
    const client = await RawClient.connect(toy.port);
    const headers = { 'transfer-encoding': 'chunked', 'x-request-id': 'second' };
    const broken = request('POST', '/toys/any', { 'content-type': 'application/json', ...headers });
    client.send(Buffer.concat([request('GET', '/toys/items/1'), broken, Buffer.from('zz\r\n')]));
    expect((await client.response())?.body).toBe('{"id":"1"}');
    expect(expectProblem(await client.response(), 'invalid_request').request_id).toBe('second');
    client.socket.end();
    await client.ended();
  });

  test('HTTP/1.1 without Host is a problem', async () => {
    expectProblem(await send('GET /toys/noop HTTP/1.1\r\nauthorization: Bearer good\r\n\r\n'), 'invalid_request');
  });

  test.each(['x', 'elsewhere'])('a second Host (%s) is a problem', async (other) => {
    const response = await send(request('GET', '/toys/noop', { host: 'x', HOST: other }));
    expectProblem(response, 'invalid_request');
  });

  test('HTTP/1.0 may do without Host', async () => {
    const response = await send('GET /toys/noop HTTP/1.0\r\nauthorization: Bearer good\r\n\r\n');
    expect(response?.status).toBe(200);
  });
});

describe('URLs', () => {
  test.each(['/toys/items/%zz', '/%', '/toys/items/%ff', '/toys/items/%ed%a0%80'])(
    '%s is invalid_request',
    async (path) => {
      const problem = expectProblem(await send(request('GET', path, { 'x-request-id': 'mine-1' })), 'invalid_request');
      expect(problem.request_id).toBe('mine-1');
    },
  );

  test('the server as a whole is no resource', async () => {
    expectProblem(await send(request('GET', '*')), 'invalid_request');
  });

  test('a NUL in a path parameter or a query is 422 and names where', async () => {
    const inPath = expectProblem(await send(request('GET', '/toys/items/a%00b')), 'validation_error');
    expect(inPath.errors).toEqual([{ pointer: '/id', detail: expect.any(String) }]);
    const inQuery = expectProblem(await send(request('GET', '/toys/list?cursor=a%00')), 'validation_error');
    expect(inQuery.errors).toEqual([{ pointer: '/cursor', detail: expect.any(String) }]);
  });

  test('an unknown path is 404 without credentials and without its query', async () => {
    const response = await send(request('GET', '/nowhere/at/all?ticket=hush', { authorization: '' }));
    const problem = expectProblem(response, 'not_found');
    expect(problem.instance).toBe('/nowhere/at/all');
    expect(response?.body).not.toContain('hush');
  });

  test('a path is shown, but not all of a long one', async () => {
    expectProblem(await send(request('GET', '/\xff\xfe/a?b')), 'invalid_request');
    const shown = async (path: string) => expectProblem(await send(request('GET', path)), 'not_found').instance;
    expect(await shown(`/${'a/'.repeat(500)}`)).toHaveLength(256);
    expect(await shown(`/a/${'b'.repeat(31)}/${'c'.repeat(32)}/d`)).toBe(`/a/${'b'.repeat(31)}/*/d`);
  });

  test('an unknown path is 404 before its body is looked at', async () => {
    expectProblem(await send(request('POST', '/nowhere', { 'content-type': 'text/xml' }, '<a/>')), 'not_found');
    expectProblem(await send(request('POST', '/nowhere', { 'content-length': '99999999' }, 'x')), 'not_found');
  });

  test('an empty path parameter is 404', async () => {
    expectProblem(await send(request('GET', '/toys/items/')), 'not_found');
  });

  test.each(['http://[', '//', '*', '/toys/noop#x', 'http://elsewhere/toys/noop', '/\xff\xfe'])(
    'the target %s is answered',
    async (target) => {
      const response = await send(request('GET', target));
      expect(response?.status).toBeLessThan(500);
      expect(response?.headers['x-request-id']).toBeTruthy();
    },
  );
});

describe('methods', () => {
  test('another method on a known path is 405 with Allow', async () => {
    for (const method of ['DELETE', 'PUT', 'OPTIONS', 'PROPFIND', 'TRACE']) {
      const response = await send(request(method, '/toys/noop', { authorization: '' }));
      expectProblem(response, 'method_not_allowed');
      expect(response?.headers['allow']).toBe('GET, HEAD');
    }
    expect((await send(request('PATCH', '/toys/items/x')))?.headers['allow']).toBe('DELETE, GET, HEAD');
    expect((await send(request('GET', '/toys/any')))?.headers['allow']).toBe('POST');
  });

  test('HEAD answers as GET does, without the body', async () => {
    const get = await send(request('GET', '/toys/noop'));
    const head = await send(request('HEAD', '/toys/noop'), { head: true });
    expect(head?.status).toBe(200);
    expect(head?.headers['content-length']).toBe(get?.headers['content-length']);
    expect((await send(request('HEAD', '/nowhere'), { head: true }))?.status).toBe(404);
    expect((await send(request('HEAD', '/toys/stream'), { head: true }))?.status).toBe(405);
  });
});

describe('connections', () => {
  test('pipelined requests are answered in order', async () => {
    const client = await RawClient.connect(toy.port);
    client.send(
      Buffer.concat([request('GET', '/toys/items/1'), request('GET', '/nowhere'), request('GET', '/toys/items/3')]),
    );
    expect((await client.response())?.body).toBe('{"id":"1"}');
    expectProblem(await client.response(), 'not_found');
    expect((await client.response())?.body).toBe('{"id":"3"}');
    client.destroy();
  });

  test.each([
    ['HEAD', request('HEAD', '/toys/noop'), 200],
    ['204', request('DELETE', '/toys/items/1'), 204],
  ])('an answer without a body (%s) does not hold up the one behind it', async (_name, bodiless, status) => {
    const client = await RawClient.connect(toy.port);
    client.send(Buffer.concat([bodiless, bodiless, request('GET', '/toys/items/3')]));
    expect((await client.response({ head: true }))?.status).toBe(status);
    expect((await client.response({ head: true }))?.status).toBe(status);
    expect((await client.response())?.body).toBe('{"id":"3"}');
    client.destroy();
  });

  test('a client that leaves ends the work for it', async () => {
    const client = await RawClient.connect(toy.port);
    const opened = toy.adapter.edge.open.count;
    client.send(request('GET', '/toys/patient', { 'x-request-id': 'leaver' }));
    while (toy.adapter.edge.open.count === opened) await new Promise(setImmediate);
    await new Promise(setImmediate);
    client.destroy();
    while (toy.probe.aborted.length === 0) await new Promise(setImmediate);
    expect(toy.probe.aborted).toMatchObject([{ name: 'ClientGone' }]);
    const line = toy.lines.find(({ request_id }) => request_id === 'leaver');
    expect(line).toMatchObject({ outcome: 'aborted', status: 499, route: '/toys/patient' });
    expect(toy.adapter.edge.open.count).toBe(0);
  });

  test('a client that leaves while another of its requests waits behind ends both', async () => {
    const client = await RawClient.connect(toy.port);
    client.send(Buffer.concat([request('GET', '/toys/patient'), request('GET', '/toys/patient')]));
    while (toy.adapter.edge.open.count < 2) await new Promise(setImmediate);
    client.destroy();
    while (toy.adapter.edge.open.count > 0) await new Promise(setImmediate);
  });

  test('HTTP/1.0 is answered, and the connection ends', async () => {
    const client = await RawClient.connect(toy.port);
    const response = await client.send('GET /toys/noop HTTP/1.0\r\nauthorization: Bearer good\r\n\r\n').response();
    expect([response?.status, response?.body]).toEqual([200, '{"ok":true}']);
    await client.ended();
  });

  test('requests without a socket are served too', async () => {
    const response = await toy.app.inject({ url: '/toys/noop', headers: { authorization: 'Bearer good' } });
    expect(response.statusCode).toBe(200);
    expect(toy.adapter.edge.open.count).toBe(0);
  });

  test('an answer that breaks off in the middle does not look complete', async () => {
    const client = await RawClient.connect(toy.port);
    client.send(request('GET', '/toys/late'));
    await client.ended();
    expect(await client.response()).toBeUndefined();
  });

  test('a stream has no deadline', async () => {
    const client = await RawClient.connect(toy.port);
    client.send(request('GET', '/toys/stream', { 'x-deadline-ms': '1' }));
    await new Promise((resolve) => client.socket.once('data', resolve));
    expect(toy.adapter.edge.open.count).toBe(1);
    client.destroy();
    while (toy.adapter.edge.open.count > 0) await new Promise(setImmediate);
  });
});
