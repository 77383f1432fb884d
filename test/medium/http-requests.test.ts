import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { systemClock, type Clock } from '../../src/reliability/ports.js';
import { startToyApp, type ToyApp } from '../support/http-app.js';
import { expectProblem } from '../support/problem.js';
import { exchangeRaw, RawClient, request, type RawResponse } from '../support/raw-http.js';
import { until } from '../support/until.js';
import { ownMs } from '../support/own-time.js';

let toy: ToyApp;
beforeAll(async () => void (toy = await startToyApp()));
afterAll(() => toy.app.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  exchangeRaw(toy.port, request('GET', path, headers));
const dataOf = (response: RawResponse | undefined) => JSON.parse(response?.body ?? '{}') as Record<string, unknown>;
const logged = (id: string) => toy.lines.filter(({ request_id }) => request_id === id);

describe('request ids', () => {
  test('a harmless one is kept, others are made anew', async () => {
    expect((await get('/toys/noop', { 'x-request-id': 'a.B_c-9' }))?.headers['x-request-id']).toBe('a.B_c-9');
    for (const id of ['', 'has space', 'a'.repeat(129), 'a,b', '<b>'])
      expect((await get('/toys/noop', { 'x-request-id': id }))?.headers['x-request-id']).toMatch(/^req_[A-Za-z0-9]+$/);
  });

  test('every answer has one of its own', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => get('/toys/noop').then((response) => response?.headers['x-request-id'])),
    );
    expect(new Set(ids).size).toBe(20);
  });

  test('it stands in every line about the request, with the route and not the path', async () => {
    await get('/toys/items/42?secret=hush', { 'x-request-id': 'logged-1' });
    expect(logged('logged-1')).toEqual([
      expect.objectContaining({
        level: 'info',
        tenant: 'tenant-1',
        route: '/toys/items/:id',
        method: 'GET',
        status: 200,
        outcome: 'ok',
      }),
    ]);
    await get('/toys/fails', { 'x-request-id': 'logged-2' });
    expect(logged('logged-2')).toEqual([
      expect.objectContaining({ level: 'error', status: 500, outcome: 'failed', code: 'internal_error' }),
    ]);
    expect(JSON.stringify(logged('logged-2'))).toContain('ToyController');
    await get('/unknown/42', { 'x-request-id': 'logged-3' });
    expect(logged('logged-3')).toEqual([
      expect.objectContaining({ route: 'unmatched', status: 404, code: 'not_found' }),
    ]);
    await get('/toys/%zz', { 'x-request-id': 'logged-4' });
    expect(logged('logged-4')).toEqual([
      expect.objectContaining({ route: 'unmatched', status: 400, code: 'invalid_request' }),
    ]);
    expect(JSON.stringify(toy.lines)).not.toMatch(/hush|Bearer/);
  });
});

describe('trace context', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

  test('a trace goes on with a span of our own', async () => {
    const response = await get('/toys/context', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const { trace } = dataOf(response);
    expect(trace).toEqual({
      traceId,
      parentId: '00f067aa0ba902b7',
      sampled: true,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test.each([
    '',
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7-01-x`,
  ])('%p begins a new trace', async (traceparent) => {
    const { trace } = dataOf(await get('/toys/context', { traceparent }));
    expect(trace).toEqual({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      sampled: false,
    });
    expect(trace).not.toMatchObject({ traceId });
  });
});

describe('deadlines', () => {
  test('45 s without a header, the header otherwise, 10 min at most', async () => {
    const left = async (headers = {}) => dataOf(await get('/toys/context', headers))['left'];
    expect(await left()).toBeGreaterThan(44_000);
    expect(await left({ 'x-deadline-ms': '5000' })).toBeLessThanOrEqual(5_000);
    for (const long of ['600001', '9'.repeat(400)])
      expect(await left({ 'x-deadline-ms': long })).toBeLessThanOrEqual(600_000);
  });

  test.each(['0', '-1', '1.5', 'soon', '', '1e3', ' ', '1'.repeat(30) + '.'])(
    '%p is invalid_request',
    async (value) => {
      expectProblem(await get('/toys/noop', { 'x-deadline-ms': value }), 'invalid_request');
    },
  );

  test('past it the answer is 504 and the work is told', async () => {
    toy.probe.aborted = [];
    expectProblem(await get('/toys/patient', { 'x-deadline-ms': '30' }), 'deadline_exceeded');
    expect(toy.probe.aborted).toMatchObject([{ code: 'deadline_exceeded' }]);
  });

  test('the answer comes when the deadline passes, not some time later', async () => {
    const started = ownMs();
    for (let at = 0; at < 4; at++)
      expectProblem(await get('/toys/held', { 'x-deadline-ms': '20' }), 'deadline_exceeded');
    expect(ownMs() - started).toBeLessThan(900);
  });

  test('so it does when the deadline has passed before anybody listens for it', async () => {
    let pausedMs = 0;
    const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + (pausedMs += 10) };
    const own = await startToyApp({ clock });
    const started = ownMs();
    const answer = await exchangeRaw(own.port, request('GET', '/toys/held', { 'x-deadline-ms': '5' }));
    expectProblem(answer, 'deadline_exceeded');
    expect(ownMs() - started).toBeLessThan(500);
    own.probe.release();
    await own.app.close();
  });

  test('work that does not listen cannot keep the client waiting', async () => {
    const id = 'deaf';
    expectProblem(await get('/toys/held', { 'x-deadline-ms': '30', 'x-request-id': id }), 'deadline_exceeded');
    toy.probe.release();
    await until(() => logged(id).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(logged(id)).toEqual([expect.objectContaining({ status: 504, code: 'deadline_exceeded' })]);
  });
});

describe('access', () => {
  test('credentials are asked for before anything else', async () => {
    expectProblem(await get('/toys/noop', { authorization: '' }), 'unauthorized');
    expectProblem(await get('/toys/admin'), 'forbidden');
    expect((await get('/toys/admin', { authorization: 'Bearer admin' }))?.status).toBe(200);
    expect((await get('/probe', { authorization: '' }))?.status).toBe(200);
  });

  test('an authenticator may take its time, and fail', async () => {
    expect(JSON.parse((await get('/toys/context', { authorization: 'Bearer slow' }))?.body ?? '')).toMatchObject({
      tenant: 'tenant-1',
    });
    expectProblem(await get('/toys/noop', { authorization: 'Bearer broken' }), 'dependency_unavailable');
  });

  test('an authenticator that takes too long is not waited for past the deadline', async () => {
    const started = ownMs();
    for (let at = 0; at < 4; at++)
      expectProblem(
        await get('/toys/noop', { authorization: 'Bearer stuck', 'x-deadline-ms': '20' }),
        'deadline_exceeded',
      );
    expect(ownMs() - started).toBeLessThan(900);
  });

  test('a route that does not say who may call it does not start', async () => {
    @Controller('/open')
    class OpenController {
      @Get('/door')
      door(): object {
        return {};
      }
    }
    await expect(startToyApp({ controllers: [OpenController], listen: false })).rejects.toMatchObject({
      name: 'StartupFault',
      message: expect.stringContaining('GET /open/door'),
    });
  });
});

describe('headers', () => {
  test('what needs credentials or tells of the process is not to be kept, and no type is to be guessed', async () => {
    for (const path of ['/toys/noop', '/toys/fails', '/toys/unknown', '/toys/admin', '/probe'])
      expect((await get(path))?.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
  });
});

describe('problems', () => {
  test('an unexpected error says nothing of the inside', async () => {
    const response = await get('/toys/fails');
    expectProblem(response, 'internal_error');
    expect(response?.body).not.toMatch(/secret|TypeError|\.ts/);
  });

  test('503 tells when to come back, rounded up to seconds', async () => {
    const response = await get('/toys/busy');
    expect(expectProblem(response, 'overloaded').retry_after_ms).toBe(2500);
    expect(response?.headers['retry-after']).toBe('3');
  });

  test('metrics count by route, method and status', async () => {
    await get('/toys/busy');
    const { Metrics } = await import('../../src/telemetry/metrics.js');
    const text = await toy.app.get(Metrics).text();
    expect(text).toMatch(/http_requests_total\{route="\/toys\/busy",method="GET",status="503"\} [1-9]/);
    expect(text).toMatch(/http_request_duration_seconds_bucket\{route="\/toys\/busy",method="GET",le="\+Inf"\} [1-9]/);
    expect(text).toMatch(/http_errors_total\{code="overloaded"\} [1-9]/);
    expect(text).not.toContain('tenant-1');
  });
});

describe('drain', () => {
  test('what is under way is finished; what comes anew goes elsewhere; probes are answered', async () => {
    const own = await startToyApp();
    const connections = [
      RawClient.connect(own.port),
      RawClient.connect(own.port),
      RawClient.connect(own.port),
    ] as const;
    const [busy, idle, lost] = await Promise.all(connections);
    for (const client of [idle, lost]) await client.send(request('GET', '/toys/noop')).response();
    busy.send(request('GET', '/toys/held'));
    while (own.adapter.edge.open.count === 0) await new Promise(setImmediate);
    const closed = own.app.close();
    await new Promise(setImmediate);

    const late = await RawClient.connect(own.port);
    const refusal = await late.send(request('GET', '/toys/noop')).response();
    expectProblem(refusal, 'shutting_down');
    expect(refusal?.headers['connection']).toBe('close');
    expect((await exchangeRaw(own.port, request('GET', '/probe')))?.status).toBe(200);
    expectProblem(await exchangeRaw(own.port, request('GET', '/nowhere')), 'not_found');

    const asked = await lost.send(request('OPTIONS', '/v1/nowhere', { origin: 'https://app.example' })).response();
    expect([asked?.status, asked?.headers['connection']]).toEqual([404, 'close']);
    const onItsWay = await idle.send(request('GET', '/toys/noop')).response();
    expect([onItsWay?.status, onItsWay?.headers['connection']]).toEqual([200, 'close']);
    own.probe.release();
    expect((await busy.response())?.status).toBe(200);
    await closed;
    await Promise.all([busy.ended(), idle.ended(), late.ended(), lost.ended()]);
  });

  test('work that does not end in time is aborted, and told so', async () => {
    const own = await startToyApp({ drainMs: 50 });
    const clients = [await RawClient.connect(own.port), await RawClient.connect(own.port)];
    clients[0]?.send(request('GET', '/toys/patient'));
    clients[1]?.send(request('GET', '/toys/held'));
    while (own.adapter.edge.open.count < 2) await new Promise(setImmediate);
    const closed = own.app.close();
    for (const client of clients) expectProblem(await client.response(), 'shutting_down');
    await closed;
  });

  test('who is still being looked up does not hold the end up', async () => {
    const own = await startToyApp({ drainMs: 50 });
    const client = await RawClient.connect(own.port);
    client.send(request('GET', '/toys/noop', { authorization: 'Bearer stuck' }));
    while (own.adapter.edge.open.count === 0) await new Promise(setImmediate);
    const started = ownMs();
    const closed = own.app.close();
    expectProblem(await client.response(), 'shutting_down');
    await closed;
    expect(ownMs() - started).toBeLessThan(900);
  });

  test('a request that is on its way when nothing is open is still served', async () => {
    const own = await startToyApp();
    const client = await RawClient.connect(own.port);
    await client.send(request('GET', '/toys/noop')).response();
    const closed = own.app.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await client.send(request('GET', '/toys/noop')).response())?.status).toBe(200);
    await closed;
  });

  test('who has come before the door is closed is still answered; who never asks is not waited for', async () => {
    const own = await startToyApp();
    const closed = own.app.close();
    await new Promise(setImmediate);
    // The second one comes in the turn in which the first one is heard of.
    const [late, silent] = [await RawClient.connect(own.port), await RawClient.connect(own.port)];
    await new Promise((resolve) => setTimeout(resolve, 100));
    expectProblem(await late.send(request('GET', '/toys/noop')).response(), 'shutting_down');
    const started = ownMs();
    await closed;
    await silent.ended();
    expect(ownMs() - started).toBeLessThan(3_000);
  });

  test('a connection with half a request does not hold the end up', async () => {
    const own = await startToyApp({ drainMs: 50 });
    const client = await RawClient.connect(own.port);
    client.send('GET /toys/noop HTTP/1.1\r\nhost: ');
    await new Promise((resolve) => own.adapter.getInstance().server.getConnections(resolve));
    const started = ownMs();
    await own.app.close();
    await client.ended();
    expect(ownMs() - started).toBeLessThan(3_000);
  });

  test('a stream that nobody ends is cut', async () => {
    const own = await startToyApp({ drainMs: 50 });
    const client = await RawClient.connect(own.port);
    client.send(request('GET', '/toys/stream'));
    while (own.adapter.edge.open.count === 0) await new Promise(setImmediate);
    await own.app.close();
    await client.ended();
  });
});
