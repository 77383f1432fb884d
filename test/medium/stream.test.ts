import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { BOOTSTRAP_KEY, startTestApp, type TestApp } from '../support/app.js';
import { EventStream, expectLogged, expectProven, type StreamCall } from '../support/event-stream.js';
import { logOf } from '../support/session-log.js';
import { madeSession, untilStatus } from '../support/sessions.js';

let app: TestApp;
let open: EventStream[] = [];
beforeAll(async () => void (app = await startTestApp()));
afterEach(() => {
  for (const stream of open) stream.close();
  open = [];
});
afterAll(async () => {
  const alarms = app.logLines.filter((line) => /"level":"(?:warn|error|fatal)"/.test(line));
  await app.close();
  expect(alarms).toEqual([]);
});

const follow = async (id: string, call?: StreamCall): Promise<EventStream> => {
  const stream = await EventStream.open(app.baseUrl, id, call);
  open.push(stream);
  return stream;
};

const COUNCIL = { council: { seats: 3, max_rounds: 2 } };

describe('the stream of a session', () => {
  it('gives a council from its first event to its last, byte for byte as the log has them, and ends', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    const stream = await follow(id);
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await stream.end();
    expect(stream.broken).toBe(false);
    expectLogged(stream.events, await logOf(app.database, id));
    expectProven(stream.logged);
    expect(stream.text).toMatch(/^retry: \d+\n\n/);
    expect(stream.retries).toEqual([expect.any(Number)]);
    expect(stream.retries[0]).toBeGreaterThanOrEqual(1_000);
    expect(stream.retries[0]).toBeLessThanOrEqual(3_000);
    expect(new Set(stream.logged.map((event) => event.id?.split('.')[0])).size).toBe(1);
  });

  it('goes on after every event of a finished session, and says 204 to whoever has the last one', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    await untilStatus(app.api, id, 'completed');
    const log = await logOf(app.database, id);
    const all = await (await follow(id)).end();
    expectLogged(all.events, log);
    for (const cursor of ['lastEventId', 'id', 'sequence'] as const)
      for (const [index, { id: eventId = '' }] of all.events.entries()) {
        const after = index + 1;
        const calls = {
          lastEventId: { lastEventId: eventId },
          id: { query: `after=${eventId}` },
          sequence: { query: `after=${after}` },
        };
        const stream = await follow(id, calls[cursor]);
        expect(stream.status).toBe(after === log.length ? 204 : 200);
        expectLogged((await stream.end()).events, log, { after });
      }
  });

  it('goes on after every event of a session that is running', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    const first = await follow(id);
    const others: EventStream[] = [];
    for (let after = 1; after <= 12; after++) {
      await first.received(after);
      others.push(await follow(id, { lastEventId: first.logged[after - 1]?.id ?? '' }));
    }
    const log = await first.end().then(() => logOf(app.database, id));
    expectLogged(first.events, log);
    for (const [index, stream] of others.entries())
      expectLogged((await stream.end()).events, log, { after: index + 1 });
  });

  it('leaves its connection fit for the next request', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    await untilStatus(app.api, id, 'completed');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (path: string) => {
      const headers = { authorization: `Bearer ${BOOTSTRAP_KEY}` };
      const outgoing = request(`${app.baseUrl}${path}`, { agent, headers }).end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { status: response.statusCode, reused: outgoing.reusedSocket, text, headers: response.headers };
    };
    const stream = await ask(`/v1/sessions/${id}/stream`);
    expect(stream.text).toMatch(/event: complete\n.*\n\n$/);
    // Not for as long as after other answers.
    expect(stream.headers['keep-alive']).toBe('timeout=7');
    expect(await ask('/v1/me')).toMatchObject({ status: 200, reused: true });
    agent.destroy();
  });

  it('answers a request that was sent behind it, once it has ended', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    await untilStatus(app.api, id, 'completed');
    const text = await exchanged([
      requestText(`/v1/sessions/${id}/stream`) + requestText('/v1/me', 'Connection: close'),
    ]);
    expect(text).toMatch(/event: complete\n[^]*\r\n0\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*"tenant_id"/);
  });

  it('answers a request that was begun behind it, once it has ended', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    await untilStatus(app.api, id, 'completed');
    const next = requestText('/v1/me', 'Connection: close');
    const text = await exchanged([requestText(`/v1/sessions/${id}/stream`) + next.slice(0, 20), next.slice(20)]);
    expect(text).toMatch(/event: complete\n[^]*\r\n0\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*"tenant_id"/);
  });

  it('closes its connection where the client has sent something meanwhile, which nobody has read', async () => {
    const { id } = await madeSession(app.api, { start: false });
    const stream = exchanged([requestText(`/v1/sessions/${id}/stream`), requestText('/v1/me')], () =>
      app.api.post(`/v1/sessions/${id}/cancel`, {}),
    );
    expect(await stream).toMatch(/event: cancelled\n[^]*\r\n0\r\n\r\n$/);
  });

  it('ends its connection for a client of HTTP/1.0, which knows no chunks', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    await untilStatus(app.api, id, 'completed');
    const text = await exchanged([requestText(`/v1/sessions/${id}/stream`).replace('HTTP/1.1', 'HTTP/1.0')]);
    expect(text).toMatch(/\r\n\r\nretry: \d+\n\n[^]*event: complete\ndata: .*\n\n$/);
  });

  it('promises a client of HTTP/1.0 no connection that outlives it, even if asked to', async () => {
    const { id } = await madeSession(app.api, COUNCIL);
    await untilStatus(app.api, id, 'completed');
    const asked = requestText(`/v1/sessions/${id}/stream`, 'Connection: keep-alive').replace('HTTP/1.1', 'HTTP/1.0');
    const [head] = (await exchanged([asked])).split('\r\n\r\n');
    expect(head).toMatch(/^connection: close$/im);
    expect(head).not.toMatch(/^keep-alive:/im);
  });
});

function requestText(path: string, ...headers: readonly string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${BOOTSTRAP_KEY}`, ...headers, '', ''].join('\r\n');
}

/** Sends the first text, the second when an answer has begun, and does the rest then. @returns all that came until the end. */
async function exchanged([first = '', second]: readonly string[], rest: () => unknown = () => {}): Promise<string> {
  const { hostname, port } = new URL(app.baseUrl);
  const socket = connect(Number(port), hostname, () => socket.write(first));
  let text = '';
  socket.once('data', () => (second === undefined ? rest() : socket.write(second, () => void rest())));
  for await (const chunk of socket) text += String(chunk);
  return text;
}
