import { afterEach, describe, expect, it } from '@jest/globals';
import type { StreamTicketDto } from '../../src/features/streaming/dto/stream.dto.js';
import type { HttpAdapter } from '../../src/http/adapter.js';
import { createTestDatabase } from '../support/database.js';
import type { EventStream } from '../support/event-stream.js';
import { expectRefused } from '../support/refusal.js';
import { StreamDesk } from '../support/stream-desk.js';

let streams: StreamDesk;
afterEach(() => streams.close());

async function ticketFor(id: string): Promise<string> {
  return (await streams.api.post<StreamTicketDto>('/v1/stream-tickets', { session_id: id })).body.ticket;
}

/** `EventSource` comes back after nothing but this: a whole stream, which says when. */
function expectSentAway({ status, headers, text, retries, broken }: EventStream): void {
  expect({ status, broken, type: headers['content-type'] }).toEqual({
    status: 200,
    broken: false,
    type: 'text/event-stream',
  });
  expect(headers['cache-control']).toBe('no-store, no-transform');
  expect(headers['x-accel-buffering']).toBe('no');
  expect(text).toMatch(/^retry: \d+\n\n$/);
  expect(retries[0]).toBeGreaterThanOrEqual(1_000);
  expect(retries[0]).toBeLessThanOrEqual(10_000);
}

const follow = async (id: string, ticket: string) =>
  (await streams.follow(id, { key: null, query: `ticket=${ticket}` })).end();

describe('a client with a ticket is told to come back, because EventSource gives up on a 503,', () => {
  it('while the server drains, when all others are refused', async () => {
    streams = await StreamDesk.start();
    const id = await streams.desk.at('running');
    const ticket = await ticketFor(id);
    const adapter = streams.desk.app.app.getHttpAdapter() as unknown as HttpAdapter;
    adapter.edge.drain.begin(adapter.getInstance().server);
    const sent = await follow(id, ticket);
    expectSentAway(sent);
    expect(sent.headers.connection).toBe('close');
    expectRefused(await streams.api.get(`/v1/sessions/${id}/stream`), 'shutting_down');
    expectRefused(await streams.api.get(`/v1/sessions/${id}/stream?ticket=${ticket}`), 'shutting_down');
    expectRefused(await streams.api.get(`/v1/sessions/${id}?ticket=${ticket}`, { key: null }), 'shutting_down');
  });

  it('while the database is away', async () => {
    streams = await StreamDesk.start();
    const id = await streams.desk.at('running');
    const ticket = await ticketFor(id);
    const name = new URL(streams.database.url).pathname.slice(1);
    const elsewhere = await createTestDatabase({ template: null });
    await elsewhere.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    try {
      await elsewhere.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [name]);
      expectSentAway(await follow(id, ticket));
      expectRefused(await streams.api.get(`/v1/sessions/${id}/stream`), 'dependency_unavailable');
    } finally {
      await elsewhere.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
      await elsewhere.drop();
    }
  });

  it('but not when coming back would not help', async () => {
    streams = await StreamDesk.start();
    const id = await streams.desk.at('running');
    const ticket = await ticketFor(id);
    expect((await follow(id, `${ticket}x`)).status).toBe(401);
    const asked = await streams.follow(id, { key: null, query: `ticket=${ticket}&after=x` });
    expect(asked.status).toBe(400);
  });
});
