import { afterEach, describe, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';
import { ProviderHttp, type ProviderPost } from '../../src/llm/http/provider-http.js';
import { ProviderFault, type FaultKind } from '../../src/llm/provider-fault.js';
import { systemClock } from '../../src/reliability/ports.js';
import { answer, ScriptedServer, type Script } from '../support/scripted-server.js';
import { until } from '../support/until.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const SECRETS = { authorization: 'Bearer sk-SECRET', 'x-holdfast-call': 'SECRET' };
const calm = (): AbortSignal => new AbortController().signal;

function httpTo(baseUrl: string, maxConnections = 4): ProviderHttp {
  const http = new ProviderHttp({ baseUrl, maxConnections, clock: systemClock });
  closing.push(() => http.close());
  return http;
}

async function serving(script: Script, maxConnections?: number) {
  const server = await ScriptedServer.start(script);
  closing.push(() => server.close());
  const http = httpTo(`http://127.0.0.1:${server.port}/v1`, maxConnections);
  const post = (options: Partial<ProviderPost> = {}) =>
    http.post({
      path: 'chat/completions',
      headers: SECRETS,
      body: '{"messages":"SECRET"}',
      timeoutMs: 10_000,
      signal: calm(),
      maxAnswerBytes: 1000,
      ...options,
    });
  return { server, http, post };
}

async function faultOf(work: Promise<unknown>): Promise<ProviderFault> {
  const error = await work.then(
    () => new Error('no fault'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderFault)) throw error;
  const { cause } = error;
  const told = [error.message, error.detail, JSON.stringify(error), JSON.stringify(cause), String(cause)].join(' ');
  expect(told).not.toMatch(/SECRET|chat\/completions/);
  return error;
}

const head = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

describe('a request to a provider', () => {
  test('goes below the base URL, uncompressed, with its headers', async () => {
    const { server, post } = await serving((socket) => socket.write(answer('{}', 201, { 'x-a': 'b' })));
    expect(await post()).toMatchObject({ status: 201, text: '{}', headers: { 'x-a': 'b' } });
    const [request] = server.requests;
    expect(request?.head).toMatch(/^POST \/v1\/chat\/completions HTTP\/1\.1\r\n/);
    expect(request?.head).toContain('\r\naccept-encoding: identity');
    expect(request?.head).toContain('\r\nauthorization: Bearer sk-SECRET');
    expect(request?.body).toBe('{"messages":"SECRET"}');
  });

  test('keeps the query of the base URL, whatever slashes it ends with', async () => {
    const { server } = await serving((socket) => socket.write(answer('')));
    const http = httpTo(`http://127.0.0.1:${server.port}/a/v1//?api-version=7`);
    await http.post({ path: 'x', headers: {}, body: '', timeoutMs: 1000, signal: calm(), maxAnswerBytes: 0 });
    expect(server.requests[0]?.head).toMatch(/^POST \/a\/v1\/x\?api-version=7 /);
  });

  test('follows no redirect', async () => {
    const { server, post } = await serving((socket) => socket.write(answer('', 307, { location: '/elsewhere' })));
    expect((await post()).status).toBe(307);
    expect(server.requests).toHaveLength(1);
  });

  test('that cannot be written is sent to nobody', async () => {
    const { server, post } = await serving((socket) => socket.write(answer('')));
    const fault = await faultOf(post({ headers: { authorization: 'Bearer SECRET\n' } }));
    expect([fault.kind, server.sockets.length]).toEqual(['unusable', 0]);
  });
});

describe('an answer that breaks', () => {
  const write = (bytes: string) => (socket: Socket) => void socket.write(bytes);
  const end = (bytes: string) => (socket: Socket) => void socket.end(bytes);
  const reset = (bytes: string) => (socket: Socket) =>
    void socket.write(bytes, () => setImmediate(() => socket.resetAndDestroy()));
  const brief = { timeoutMs: 500 };

  test.each<[string, (socket: Socket) => void, FaultKind, Partial<ProviderPost>?]>([
    ['silence', () => undefined, 'silent', brief],
    ['half a head, then silence', write('HTTP/1.1 200 OK\r\ncontent-'), 'silent', brief],
    ['a head, then silence', write(head(10)), 'too_slow', brief],
    ['half a body, then silence', write(`${head(10)}12345`), 'too_slow', brief],
    ['a chunk, then silence', write(`${CHUNKED}5\r\n12345\r\n`), 'too_slow', brief],
    ['FIN instead of an answer', end(''), 'reset'],
    ['FIN in the head', end('HTTP/1.1 200 OK\r\ncontent-'), 'reset'],
    ['FIN after the head', end(head(10)), 'reset'],
    ['FIN in the body', end(`${head(10)}123456789`), 'reset'],
    [
      'FIN in a body that closes',
      end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\n12345'),
      'reset',
    ],
    [
      'FIN in a chunk of a body that closes',
      end(CHUNKED.replace('\r\n', '\r\nconnection: close\r\n') + '5\r\n123'),
      'reset',
    ],
    ['FIN in a chunk', end(`${CHUNKED}5\r\n123`), 'reset'],
    ['FIN between chunks', end(`${CHUNKED}5\r\n12345\r\n`), 'reset'],
    ['RST instead of an answer', (socket) => void socket.resetAndDestroy(), 'reset'],
    ['RST after the head', reset(head(10)), 'reset'],
    ['RST in the body', reset(`${head(10)}12345`), 'reset'],
    ['garbage', write('SECRET garbage\r\n\r\n'), 'malformed'],
    ['binary garbage', write('\x16\x03\x01\x00\x00\r\n\r\n'), 'malformed'],
    ['garbage for a chunk size', write(`${CHUNKED}SECRET\r\n`), 'malformed'],
    ['two lengths', write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n12'), 'reset'],
    ['20 KB of headers', write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`), 'too_large'],
  ])('%s', async (_name, script, kind, options = {}) => {
    const { server, post } = await serving(script);
    expect((await faultOf(post(options))).kind).toBe(kind);
    await until(() => server.open === 0);
  });

  test('nobody listens', async () => {
    const { server, post } = await serving(() => undefined);
    await server.close();
    expect((await faultOf(post())).kind).toBe('unreachable');
  });

  test('no such host', async () => {
    const http = httpTo('http://nothing.invalid/v1');
    const post = { path: 'x', headers: {}, body: '', timeoutMs: 5000, signal: calm(), maxAnswerBytes: 1 };
    expect((await faultOf(http.post(post))).kind).toBe('unreachable');
  });

  test('no TLS', async () => {
    const server = await ScriptedServer.start(() => undefined);
    closing.push(() => server.close());
    const http = httpTo(`https://127.0.0.1:${server.port}/v1`);
    const post = { path: 'x', headers: {}, body: '', timeoutMs: 5000, signal: calm(), maxAnswerBytes: 1 };
    const failing = faultOf(http.post(post));
    await until(() => server.sockets.length === 1);
    server.sockets[0]?.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect((await failing).kind).toBe('unreachable');
  });
});

describe('the size of an answer', () => {
  test.each([
    ['with a length', (text: string) => answer(text)],
    ['in chunks', (text: string) => `${CHUNKED}${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`],
  ])('may be the limit and not one byte more, %s', async (_name, bytes) => {
    const { post } = await serving((socket, _request, number) =>
      socket.write(bytes('x'.repeat(number === 1 ? 1000 : 1001))),
    );
    expect((await post()).text).toHaveLength(1000);
    expect((await faultOf(post())).kind).toBe('too_large');
  });

  test('is what is read, not what is announced', async () => {
    const { post } = await serving((socket) => socket.end(`${head(1_000_000)}${'x'.repeat(1000)}`));
    expect((await faultOf(post())).kind).toBe('reset');
  });

  test('of 50 MB is broken off at once', async () => {
    let written = 0;
    const { server, post } = await serving((socket) => {
      socket.write(head(50_000_000));
      const pour = () => {
        while (written < 50_000_000 && !socket.destroyed) {
          written += 50_000;
          if (!socket.write(Buffer.alloc(50_000))) return void socket.once('drain', pour);
        }
      };
      pour();
    });
    expect((await faultOf(post({ maxAnswerBytes: 100_000 }))).kind).toBe('too_large');
    await until(() => server.open === 0);
    expect(written).toBeLessThan(20_000_000);
  });
});

test('bytes that are no UTF-8 are replaced, and a byte order mark is dropped', async () => {
  const { post } = await serving((socket) => socket.write(answer(Buffer.from('efbbbf61ff62c3', 'hex'))));
  expect((await post()).text).toBe('a\u{fffd}b\u{fffd}');
});
