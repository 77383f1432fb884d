import { afterEach, describe, expect, test } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { ProviderHttp, type ProviderPost } from '../../src/llm/http/provider-http.js';
import { systemClock } from '../../src/reliability/ports.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { answer, ScriptedServer, type Script } from '../support/scripted-server.js';
import { ABORT_MS, leastOf } from '../support/own-time.js';
import { until } from '../support/until.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serving(script: Script, { maxConnections = 4, clock = systemClock, scheme = 'http' } = {}) {
  const server = await ScriptedServer.start(script);
  const baseUrl = `${scheme}://127.0.0.1:${server.port}/v1`;
  const http = new ProviderHttp({ baseUrl, maxConnections, clock });
  closing.push(
    () => server.close(),
    () => http.close(),
  );
  const post = (options: Partial<ProviderPost> = {}) =>
    http.post({
      path: 'chat/completions',
      headers: {},
      body: '{}',
      timeoutMs: 20_000,
      signal: new AbortController().signal,
      maxAnswerBytes: 1000,
      ...options,
    });
  return { server, http, post };
}

describe('a caller who has gone', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n';

  test.each<[string, Script, string]>([
    ['before an answer', () => undefined, 'http'],
    ['after the head', (socket) => void socket.write(HEAD), 'http'],
    ['in the body', (socket) => void socket.write(`${HEAD}12345`), 'http'],
    ['in the handshake', () => undefined, 'https'],
  ])('%s ends the connection within 100 ms', async (_name, script, scheme) => {
    const { server, post } = await serving(script, { scheme });
    let time = 0;
    const tookMs = await leastOf(ABORT_MS, async () => {
      time += 1;
      const caller = new AbortController();
      const reason = new Error('gone');
      const failing = expect(post({ signal: caller.signal })).rejects.toBe(reason);
      await until(() => server.sockets.length === time && (scheme === 'https' || server.requests.length === time));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const sinceMs = performance.now();
      caller.abort(reason);
      await failing;
      await until(() => server.open === 0);
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
      return (server.closedAtMs[time - 1] ?? Infinity) - sinceMs;
    });
    expect(tookMs).toBeLessThanOrEqual(ABORT_MS);
  });

  test('while connecting: before the first packet has come back', async () => {
    const { server, post } = await serving(() => undefined);
    const caller = new AbortController();
    const failing = post({ signal: caller.signal });
    caller.abort('why');
    await expect(failing).rejects.toBe('why');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([server.open, server.requests.length]).toEqual([0, 0]);
  });

  test('while waiting for a connection is not kept waiting, and never sent', async () => {
    const { server, post } = await serving(
      (socket, _request, number) => void setTimeout(() => socket.write(answer(String(number))), 1_000),
      { maxConnections: 1 },
    );
    const first = post();
    await until(() => server.requests.length === 1);
    const caller = new AbortController();
    const failing = post({ signal: caller.signal });
    const last = post();
    let answered = false;
    void first.then(() => (answered = true));
    caller.abort(new Error('gone'));
    await expect(failing).rejects.toThrow('gone');
    expect(answered).toBe(false);
    expect([(await first).text, (await last).text]).toEqual(['1', '2']);
    expect(server.requests).toHaveLength(2);
  });

  test('from the start is sent nothing for', async () => {
    const { server, post } = await serving(() => undefined);
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(post({ signal })).rejects.toThrow('gone');
    expect(server.sockets).toHaveLength(0);
  });
});

describe('connections', () => {
  test('are used again, by 1000 calls that leave neither listeners nor timers', async () => {
    const clock = new ManualClock();
    const { server, post } = await serving((socket) => socket.write(answer('{}')), { clock });
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    for (let call = 0; call < 1000; call++) await post({ signal });
    process.off('warning', warn);
    // A connection is used again one turn of the event loop after its answer, so that a second one may be opened.
    expect(server.sockets.length).toBeLessThanOrEqual(2);
    expect([getEventListeners(signal, 'abort').length, clock.pending, warnings]).toEqual([0, 0, []]);
  });

  test('failed calls leave none either', async () => {
    const clock = new ManualClock();
    const { server, post } = await serving((socket) => void socket.resetAndDestroy(), { clock });
    const { signal } = new AbortController();
    for (let call = 0; call < 50; call++) await expect(post({ signal })).rejects.toMatchObject({ kind: 'reset' });
    expect([getEventListeners(signal, 'abort').length, clock.pending, server.open]).toEqual([0, 0, 0]);
  });

  test('that the server has closed are made anew', async () => {
    const { server, post } = await serving((socket) => void socket.write(answer('{}'), () => socket.end()));
    for (let call = 0; call < 20; call++) {
      expect((await post()).text).toBe('{}');
      await until(() => server.open === 0);
    }
    expect(server.sockets).toHaveLength(20);
  });

  test('are at most as many as allowed', async () => {
    const { server, post } = await serving((socket) => void setTimeout(() => socket.write(answer('{}')), 5), {
      maxConnections: 3,
    });
    await Promise.all(Array.from({ length: 30 }, () => post()));
    expect([server.sockets.length, server.requests.length]).toEqual([3, 30]);
  });

  test('one that is broken off harms no other call', async () => {
    const { server, post } = await serving(
      (socket, { body }) => void (body === 'wait' || setTimeout(() => socket.write(answer('{}')), 60)),
    );
    const caller = new AbortController();
    const others = [post(), post(), post()];
    const failing = post({ body: 'wait', signal: caller.signal });
    await until(() => server.requests.length === 4);
    caller.abort(new Error('gone'));
    await expect(failing).rejects.toThrow('gone');
    expect((await Promise.all(others)).map(({ text }) => text)).toEqual(['{}', '{}', '{}']);
  });

  test('end with the transport, and what is under way with them', async () => {
    const { server, http, post } = await serving((socket, _request, number) =>
      number === 1 ? void socket.write(answer('{}')) : undefined,
    );
    await post();
    const failing = expect(post()).rejects.toMatchObject({ kind: 'reset' });
    await until(() => server.requests.length === 2);
    await http.close();
    await failing;
    await until(() => server.open === 0);
    await expect(post()).rejects.toMatchObject({ kind: 'reset' });
  });

  test('are given the time of the clock, to the last byte', async () => {
    const clock = new ManualClock();
    const { server, post } = await serving((socket) => void socket.write('HTTP/1.1 200 OK\r\n'), { clock });
    const failing = expect(post({ timeoutMs: 60_000 })).rejects.toMatchObject({ kind: 'silent' });
    await until(() => server.requests.length === 1);
    await clock.advance(59_999);
    expect(server.open).toBe(1);
    await clock.advance(1);
    await failing;
    await until(() => server.open === 0);
  });
});
