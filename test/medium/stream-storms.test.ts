import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StreamTicketDto } from '../../src/features/streaming/dto/stream.dto.js';
import type { EventStream, StreamCall } from '../support/event-stream.js';
import { MovableClock } from '../support/movable-clock.js';
import { StreamDesk } from '../support/stream-desk.js';
import { until } from '../support/until.js';

let clock: MovableClock;
let streams: StreamDesk;
beforeAll(async () => {
  clock = new MovableClock();
  streams = await StreamDesk.start({ clock, env: { HOLDFAST_STREAMS: '9', HOLDFAST_STREAMS_PER_TENANT: '8' } });
});
afterEach(async () => {
  streams.closeStreams();
  await until(async () => (await streams.metric('holdfast_streams_open')) === 0);
});
afterAll(() => streams.close());

/** Connects, and is gone again as soon as it was let in. */
async function comeAndGo(id: string, call: StreamCall = {}): Promise<EventStream> {
  const before = await streams.metric('holdfast_streams_open');
  const stream = await streams.follow(id, call);
  stream.close();
  await until(async () => (await streams.metric('holdfast_streams_open')) === before);
  return stream;
}

describe('a client that comes back at once without having got any further', () => {
  it('is let in four times in all, and then told to wait', async () => {
    const id = await streams.desk.at('running');
    for (let at = 0; at < 4; at++) expect((await comeAndGo(id)).status).toBe(200);
    const refused = await streams.api.get(`/v1/sessions/${id}/stream`);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 'rate_limited', retry_after_ms: 16_000 });
    expect(refused.headers['retry-after']).toBe('16');
    expect((await streams.api.get(`/v1/sessions/${id}/stream`)).headers['retry-after']).toBe('32');
    expect((await streams.api.get(`/v1/sessions/${id}/stream`)).headers['retry-after']).toBe('60');
    expect(await streams.metric('holdfast_stream_storms_total')).toBeGreaterThanOrEqual(3);
    await clock.skip(60_000);
    expect((await comeAndGo(id)).status).toBe(200);
  });

  it('is let in whenever it waits as it was told', async () => {
    const id = await streams.desk.at('running');
    for (let at = 0; at < 8; at++) {
      expect((await comeAndGo(id)).status).toBe(200);
      await clock.skip(3_000);
    }
  });

  it('is let in whenever it has got further', async () => {
    const id = await streams.desk.at('queued');
    const run = await streams.desk.claim(id);
    await streams.desk.say(run, 8);
    for (let after = 0; after < 8; after++) expect((await comeAndGo(id, { query: `after=${after}` })).status).toBe(200);
  });

  it('holds no other client off', async () => {
    const id = await streams.desk.at('running');
    for (let at = 0; at < 4; at++) await comeAndGo(id);
    expect((await streams.api.get(`/v1/sessions/${id}/stream`)).status).toBe(429);
    const { body } = await streams.api.post<StreamTicketDto>('/v1/stream-tickets', { session_id: id });
    expect((await comeAndGo(id, { key: null, query: `ticket=${body.ticket}` })).status).toBe(200);
    expect((await comeAndGo(await streams.desk.at('running'))).status).toBe(200);
  });

  it('with a ticket is told so in a stream, because EventSource gives up on a 429', async () => {
    const id = await streams.desk.at('running');
    const { body } = await streams.api.post<StreamTicketDto>('/v1/stream-tickets', { session_id: id });
    const call = { key: null, query: `ticket=${body.ticket}` };
    for (let at = 0; at < 4; at++) await comeAndGo(id, call);
    const refused = await (await streams.follow(id, call)).end();
    expect(refused).toMatchObject({ status: 200, text: 'retry: 16000\n\n', broken: false });
    expect(refused.headers['content-type']).toBe('text/event-stream');
    await clock.skip(16_000);
    expect((await comeAndGo(id, call)).status).toBe(200);
  });
});

describe('streams', () => {
  it('are as many at once as the tenant may have, and no more', async () => {
    const id = await streams.desk.at('running');
    for (let at = 0; at < 8; at++) expect((await streams.follow(id)).status).toBe(200);
    const refused = await streams.api.get(`/v1/sessions/${id}/stream`);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers['retry-after']).toBe('5');
    const { body } = await streams.api.post<StreamTicketDto>('/v1/stream-tickets', { session_id: id });
    const told = await (await streams.follow(id, { key: null, query: `ticket=${body.ticket}` })).end();
    expect(told).toMatchObject({ status: 200, text: expect.stringMatching(/^retry: \d+\n\n$/), broken: false });
    const waitMs = Number(told.text.slice('retry: '.length));
    expect(waitMs).toBeGreaterThanOrEqual(5_000);
    expect(waitMs).toBeLessThanOrEqual(10_000);
    expect(await streams.metric('holdfast_streams_open')).toBe(8);
    streams.closeStreams();
    await until(async () => (await streams.metric('holdfast_streams_open')) === 0);
    await clock.skip(3_000);
    expect((await streams.follow(id)).status).toBe(200);
  });
});
