import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { StreamTicketDto } from '../../src/features/streaming/dto/stream.dto.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { EventStream, expectLogged, expectProven } from '../support/event-stream.js';
import { ReplicaProcesses } from '../support/replica-processes.js';
import { logOf } from '../support/session-log.js';
import { madeSession } from '../support/sessions.js';
import { until } from '../support/until.js';
import { ownMs } from '../support/own-time.js';

/** Who waits for a lock. */
const WAITING = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;

/** The drain of a process that has nothing to wait for is over long before. */
const DRAIN_MS = 10_000;

let replicas: ReplicaProcesses;
beforeAll(async () => void (replicas = await ReplicaProcesses.open()));
afterEach(() => replicas.sweep());
afterAll(() => replicas.close());

const replica = (env: Record<string, string> = {}) => replicas.start({ HOLDFAST_DRAIN_MS: String(DRAIN_MS), ...env });

describe('the process that serves a stream', () => {
  it('is killed: the client goes on elsewhere at once, with nothing lost and nothing twice', async () => {
    const [first, second] = [await replica({ HOLDFAST_ROLE: 'api' }), await replica()];
    const { id } = await madeSession(second.api, { council: { seats: 3, max_rounds: 2 } });
    const before = await (await EventStream.open(first.baseUrl, id)).received(3);
    first.app.kill('SIGKILL');
    await until(() => before.ended);
    const startMs = ownMs();
    const after = await EventStream.open(second.baseUrl, id, { lastEventId: before.lastId ?? '' });
    expect(after.status).toBe(before.events.some(({ event }) => event === 'complete') ? 204 : 200);
    expect(ownMs() - startMs).toBeLessThan(3_000);
    await after.end();
    const all = [...before.logged, ...after.logged];
    expectLogged(all, await logOf(replicas.database, id));
    expectProven(all);
  });

  it('is stopped: it says when to come back, ends its streams, and is gone long before its drain is over', async () => {
    const { app, baseUrl, api } = await replica({ HOLDFAST_ROLE: 'api' });
    const { id } = await madeSession(api);
    const streams = await Promise.all(Array.from({ length: 20 }, () => EventStream.open(baseUrl, id)));
    const startMs = ownMs();
    const { code } = await app.stop('SIGTERM');
    expect(code).toBe(0);
    expect(ownMs() - startMs).toBeLessThan(DRAIN_MS / 2);
    await until(() => streams.every(({ ended }) => ended));
    expect(streams.map(({ broken, retries }) => [broken, retries.length])).toEqual(streams.map(() => [false, 2]));
    const waits = streams.map(({ retries }) => retries[1] ?? 0);
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(1_000);
      expect(wait).toBeLessThanOrEqual(10_000);
    }
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  it('is stopped, and has a request to finish: who comes with a ticket meanwhile is told to come back', async () => {
    const { app, baseUrl, api } = await replica({ HOLDFAST_ROLE: 'api' });
    const { id } = await madeSession(api, { start: false });
    const { ticket } = (await api.post<StreamTicketDto>('/v1/stream-tickets', { session_id: id })).body;
    const holder = new Client(replicas.database.url);
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE system.members IN ACCESS EXCLUSIVE MODE');
    const answer = api.get('/v1/members');
    await until(async () => (await replicas.database.query(WAITING)).length > 0);
    app.kill('SIGTERM');
    await until(async () => (await api.get('/health/ready', { key: null })).status === 503);
    const refused = await EventStream.open(baseUrl, id);
    expect(refused.status).toBe(503);
    const stream = await (await EventStream.open(baseUrl, id, { key: null, query: `ticket=${ticket}` })).end();
    expect(stream).toMatchObject({ status: 200, broken: false, text: expect.stringMatching(/^retry: \d{4,5}\n\n$/) });
    await holder.end();
    expect((await answer).status).toBe(200);
    expect((await app.ended).code).toBe(0);
  });

  it('is a worker: it serves no streams, and its events reach those who do', async () => {
    const worker = replicas.begin({ PORT: '0', HOLDFAST_ROLE: 'worker' });
    // A worker prints no address of an API.
    const [, server] = await Promise.all([worker.ready(), replica({ HOLDFAST_ROLE: 'api' })]);
    const { id } = await madeSession(server.api, { council: { seats: 3, max_rounds: 2 } });
    const stream = await (await EventStream.open(server.baseUrl, id)).end();
    expectLogged(stream.logged, await logOf(replicas.database, id));
    expectProven(stream.logged);
    expect(worker.stdout).toContain('Health');
  });
});

it('a client of HTTP/1.0, as some proxies are, is sent no chunks', async () => {
  const { baseUrl, api } = await replica();
  const { id } = await madeSession(api, { council: { seats: 2, max_rounds: 1 } });
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /v1/sessions/${id}/stream HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer ${BOOTSTRAP_KEY}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const [head = '', ...frames] = text.split('\n\n');
  const log = await logOf(replicas.database, id);
  expect(head).not.toMatch(/transfer-encoding/i);
  expect(text).toMatch(/\r\n\r\nretry: \d+\n\nid: /);
  const logged = frames.slice(0, -1).filter((frame) => !frame.startsWith('event: delta\n'));
  expect(logged.map((frame) => /\ndata: (.*)$/.exec(frame)?.[1])).toEqual(log.map((entry) => entry.text));
});
