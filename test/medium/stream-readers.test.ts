import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenStreams } from '../../src/features/streaming/open-streams.js';
import { SessionHints } from '../../src/hints/session-hints.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { expectLogged } from '../support/event-stream.js';
import { MovableClock } from '../support/movable-clock.js';
import { uuidOfSession } from '../support/sessions.js';
import { StreamDesk } from '../support/stream-desk.js';
import { makeClientToken, makeKey } from '../support/tenants.js';
import { until } from '../support/until.js';

let clock: MovableClock;
let streams: StreamDesk;
beforeAll(async () => {
  clock = new MovableClock();
  streams = await StreamDesk.start({ clock });
});
afterEach(() => streams.closeStreams());
afterAll(() => streams.close());

async function running(events = 0) {
  const id = await streams.desk.at('queued');
  const run = await streams.desk.claim(id);
  await streams.desk.say(run, events);
  return { id, run };
}

/** A client that asks for the stream and takes nothing. @param behind what it sends behind the request. */
function deaf(id: string, behind = ''): Promise<Socket> {
  const { hostname, port } = new URL(streams.api.baseUrl);
  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () => {
      socket.pause();
      socket.write(
        `GET /v1/sessions/${id}/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${BOOTSTRAP_KEY}\r\n\r\n${behind}`,
        () => resolve(socket),
      );
    });
    socket.on('error', () => {});
  });
}

describe('a silent stream', () => {
  it('says something every 15 seconds, and nothing sooner after an event', async () => {
    const { id, run } = await running(1);
    const stream = await (await streams.follow(id)).received(1);
    for (let second = 0; second < 13; second++) await clock.skip(1_000);
    expect(stream.comments).toEqual([]);
    for (let second = 0; second < 2; second++) await clock.skip(1_000);
    await until(() => stream.comments.length === 1);
    expect(stream.comments).toEqual([':']);
    for (let second = 0; second < 10; second++) await clock.skip(1_000);
    await streams.desk.say(run, 1);
    await stream.received(2);
    for (let second = 0; second < 13; second++) await clock.skip(1_000);
    await stream.received(2);
    expect(stream.comments).toHaveLength(1);
    for (let second = 0; second < 32; second++) await clock.skip(1_000);
    await until(() => stream.comments.length >= 3);
    // 45 seconds after the event.
    expect(stream.comments.length).toBeLessThanOrEqual(4);
  });

  it('is kept alive for whoever waits for a session to be started', async () => {
    const stream = await streams.follow(await streams.desk.at('created'));
    for (let second = 0; second < 46; second++) await clock.skip(1_000);
    await until(() => stream.comments.length === 3);
  });
});

describe('a reader that stops reading', () => {
  it('is cut off at a bounded buffer, while others get every event at once, and loses nothing', async () => {
    const { id, run } = await running(1);
    const [slow, quick] = [await deaf(id), await streams.follow(id)];
    await until(async () => (await streams.metric('holdfast_streams_open')) === 2);
    const text = 'x'.repeat(60_000);
    let told = 1;
    // What the systems of both ends take in before anybody notices is theirs.
    while ((await streams.metric('holdfast_streams_open')) === 2 && told < 400) {
      await streams.desk.say(run, 4, text);
      told += 4;
      await quick.received(told);
    }
    expect(told).toBeLessThan(400);
    expect(await streams.metric('holdfast_streams_open')).toBe(1);
    const { text: metrics } = await streams.api.get('/metrics');
    expect(metrics).toContain('holdfast_streams_total{ending="slow"} 1');
    expectLogged(quick.logged, await streams.log(id));
    slow.destroy();
    const again = await (await streams.follow(id, { query: 'after=1' })).received(told - 1);
    expectLogged(again.logged, await streams.log(id), { after: 1 });
  });

  it('is read no pages ahead of while the log is replayed, and is cut off when it takes nothing for a minute', async () => {
    const { id, run } = await running();
    await streams.desk.say(run, 150, 'y'.repeat(60_000));
    const heard = process.memoryUsage().arrayBuffers;
    const slow = await Promise.all(Array.from({ length: 20 }, () => deaf(id)));
    await until(async () => (await streams.metric('holdfast_streams_open')) === 20);
    await until(async () => (await streams.metric('holdfast_stream_events_total')) > 0);
    // 20 readers of 9 MB each would be 180 MB; they share the pages, and each has a piece of one waiting.
    expect(process.memoryUsage().arrayBuffers - heard).toBeLessThan(90_000_000);
    for (let second = 0; second < 80; second++) await clock.skip(1_000);
    await until(async () => (await streams.metric('holdfast_streams_open')) === 0);
    for (const socket of slow) socket.destroy();
  });
});

it('a client that sends what is no request behind its own gives its place back', async () => {
  const { id } = await running(1);
  const gone = async () => {
    const { text } = await streams.api.get('/metrics');
    return Number(/holdfast_streams_total\{ending="gone"\} (\d+)/.exec(text)?.[1] ?? 0);
  };
  // Those of the tests before are gone, too, as soon as the server has noticed.
  await until(async () => (await streams.metric('holdfast_streams_open')) === 0);
  const before = await gone();
  const client = await deaf(id, 'garbage\r\n\r\n');
  await until(async () => (await gone()) > before);
  expect(await streams.metric('holdfast_streams_open')).toBe(0);
  client.destroy();
});

describe('the credentials of an open stream', () => {
  it('are judged again, so a key that was revoked ends its streams within a minute, and only those', async () => {
    const { id } = await running(1);
    const { key, id: keyId } = await makeKey(streams.api, ['member']);
    const [theirs, ours] = [await streams.follow(id, { key }), await streams.follow(id)];
    await Promise.all([theirs.received(1), ours.received(1)]);
    await streams.api.delete(`/v1/api-keys/${keyId}`);
    await clock.skip(59_000);
    await theirs.end();
    expect(ours.ended).toBe(false);
    expect((await streams.follow(id, { key })).status).toBe(401);
  });

  it('may be a client token, whose streams end when it expires', async () => {
    const { id } = await running(1);
    const token = await makeClientToken(streams.api, 'device-01');
    const stream = await (await streams.follow(id, { key: token })).received(1);
    await clock.skip(59_000);
    expect(stream.ended).toBe(false);
    await clock.skip(3_600_000);
    await until(async () => {
      await clock.skip(10_000);
      return stream.ended;
    });
  });
});

describe('what is not logged', () => {
  it('reaches whoever follows at that moment, without an id', async () => {
    const { id } = await running(1);
    const stream = await (await streams.follow(id)).received(1);
    const data = JSON.stringify({ round: 1, seat: 'seat-1', text: 'Once upon\na' });
    streams.desk.app.app.get(SessionHints, { strict: false }).publishDelta({ sessionId: uuidOfSession(id), data });
    await until(() => stream.events.length === 2);
    expect(stream.events[1]).toEqual({ id: undefined, event: 'delta', data });
  });
});

it('a stream takes no heed of X-Deadline-Ms', async () => {
  const { id, run } = await running(1);
  const stream = await streams.follow(id, { headers: { 'x-deadline-ms': '1' } });
  await stream.received(1);
  await clock.skip(5_000);
  await streams.desk.say(run, 1);
  expect((await stream.received(2)).sequences).toEqual([1, 2]);
});

it('holds no database connection while it waits', async () => {
  const { id } = await running(1);
  for (let at = 0; at < 60; at++) await streams.follow(id, { query: `after=1` });
  const busy = await streams.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'holdfast' AND state <> 'idle'`,
  );
  expect(busy[0]?.count).toBeLessThanOrEqual(1);
});

it('a stream that is looked up while the process begins to drain ends as the others do', async () => {
  const draining = await StreamDesk.start();
  try {
    const id = await draining.desk.at('running');
    const before = await draining.follow(id);
    draining.desk.app.app.get(OpenStreams, { strict: false }).onModuleDestroy();
    const late = await draining.follow(id);
    for (const stream of [before, late]) expect((await stream.end()).text.match(/^retry: /gm)).toHaveLength(2);
  } finally {
    await draining.close();
  }
});

it('HEAD is no stream', async () => {
  const { id } = await running(1);
  expect((await streams.api.call('HEAD', `/v1/sessions/${id}/stream`)).status).toBe(405);
});
