import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseNotices } from '../../src/database/notices.js';
import { SessionHints } from '../../src/hints/session-hints.js';
import { CircuitRegistry } from '../../src/reliability/circuit/circuit.registry.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { expectLogged, type EventStream } from '../support/event-stream.js';
import { RedisServer } from '../support/redis-server.js';
import { uuidOfSession } from '../support/sessions.js';
import { StreamDesk } from '../support/stream-desk.js';
import { until } from '../support/until.js';

/** A second, and what a busy machine adds to it. */
const FLOOR_MS = 1_000 + 2_000;

let database: TestDatabase;
let redis: RedisServer;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await RedisServer.start();
});
afterAll(async () => {
  await redis.stop();
  await database.drop();
});

let replicas: StreamDesk[] = [];
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.close()));
  replicas = [];
});

/** One replica that writes, and another one that serves the stream. */
async function two(env: Record<string, string> = {}): Promise<{ writer: StreamDesk; server: StreamDesk }> {
  const [writer, server] = [await StreamDesk.start({ database, env }), await StreamDesk.start({ database, env })];
  replicas.push(writer, server);
  return { writer, server };
}

async function running({ writer, server }: { writer: StreamDesk; server: StreamDesk }) {
  const id = await writer.desk.at('queued');
  const run = await writer.desk.claim(id);
  await writer.desk.say(run, 1);
  const stream = await (await server.follow(id)).received(1);
  return { id, run, stream };
}

const hintsOf = ({ desk }: StreamDesk) => desk.app.app.get(SessionHints, { strict: false });

const deaf = ({ desk }: StreamDesk) => desk.app.app.get(DatabaseNotices, { strict: false }).onApplicationShutdown();

async function arrives(stream: EventStream, count: number, withinMs: number): Promise<void> {
  await until(() => stream.logged.length >= count, withinMs);
}

/** Adds an event, and expects it on the other side. */
async function eventArrives(pair: Awaited<ReturnType<typeof running>> & { writer: StreamDesk }, withinMs = FLOOR_MS) {
  const before = pair.stream.logged.length;
  await pair.writer.desk.say(pair.run, 1);
  await arrives(pair.stream, before + 1, withinMs);
}

/** Adds events until a hint of one has arrived on the other side: the first ones may be sent before anybody listens. */
async function hintArrives(
  pair: Parameters<typeof eventArrives>[0] & { server: StreamDesk; id: string },
): Promise<void> {
  const heard = new Set<string>();
  const end = hintsOf(pair.server).onReached(({ sessionId }) => heard.add(sessionId));
  await until(async () => {
    await eventArrives(pair);
    return heard.has(uuidOfSession(pair.id));
  });
  end();
}

async function expectWhole(
  { id, stream, run }: Awaited<ReturnType<typeof running>>,
  writer: StreamDesk,
): Promise<void> {
  await writer.desk.complete(run);
  await stream.end();
  expectLogged(stream.logged, await writer.log(id));
}

describe('between replicas', () => {
  it('Postgres tells of new events, at once', async () => {
    const pair = await two();
    const session = await running(pair);
    await hintArrives({ ...session, ...pair });
    expect((await pair.server.api.get('/health')).body).toMatchObject({ status: 'ok', hints: 'postgres' });
    expect(await pair.server.metric('holdfast_stream_hint_seconds_count')).toBeGreaterThan(0);
    const { text } = await pair.server.api.get('/metrics');
    expect(text).not.toContain(session.id);
    expect(text).not.toContain(session.run.tenantId);
    await expectWhole(session, pair.writer);
  });

  it('events arrive within a second when no notification does', async () => {
    const pair = await two();
    deaf(pair.server);
    const session = await running(pair);
    for (let at = 0; at < 3; at++) await eventArrives({ ...session, ...pair });
    await expectWhole(session, pair.writer);
  });

  it('events arrive when the connection that listens is broken again and again', async () => {
    const pair = await two();
    const session = await running(pair);
    for (let at = 0; at < 4; at++) {
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'holdfast-notices' AND datname = current_database()`,
      );
      await eventArrives({ ...session, ...pair });
    }
    await expectWhole(session, pair.writer);
  });

  it('streams outlive their database connections, all of them, again and again', async () => {
    const pair = await two();
    const session = await running(pair);
    for (let at = 0; at < 3; at++) {
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name LIKE 'holdfast%' AND datname = current_database()`,
      );
      // What is appended over a connection that has just been ended fails, and is no concern of the stream.
      await until(async () => {
        await pair.writer.desk.say(session.run, 1).catch(() => {});
        return session.stream.logged.length >= at + 2;
      });
    }
    await expectWhole(session, pair.writer);
  });

  it('what is not logged arrives as well', async () => {
    const pair = await two();
    const { id, stream } = await running(pair);
    const data = JSON.stringify({ round: 1, seat: 'seat-1', text: 'Once' });
    await until(() => {
      hintsOf(pair.writer).publishDelta({ sessionId: uuidOfSession(id), data });
      return stream.events.some(({ event }) => event === 'delta');
    });
    expect(stream.events.find(({ event }) => event === 'delta')).toEqual({ id: undefined, event: 'delta', data });
  });

  it('a stream that its replica was too slow for goes on elsewhere, after any event', async () => {
    const pair = await two();
    const { id, run, stream } = await running(pair);
    await pair.writer.desk.say(run, 5);
    await stream.received(6);
    for (let after = 0; after <= 6; after++) {
      const elsewhere = await pair.writer.follow(id, { query: `after=${after}` });
      await elsewhere.received(6 - after);
      expectLogged(elsewhere.logged, await pair.writer.log(id), { after });
    }
  });
});

describe('with Redis', () => {
  const env = () => ({ REDIS_URL: redis.url });

  it('that tells of new events', async () => {
    await redis.restart();
    const pair = await two(env());
    deaf(pair.server);
    await until(async () => (await redis.ask('PUBSUB NUMSUB holdfast:hints')).includes('*2'));
    const session = await running(pair);
    await hintArrives({ ...session, ...pair });
    expect(hintsOf(pair.server).state).toBe('redis');
    await expectWhole(session, pair.writer);
  });

  it('that is not there, Postgres stands in', async () => {
    await redis.stop();
    const pair = await two(env());
    const session = await running(pair);
    await hintArrives({ ...session, ...pair });
    await until(() => hintsOf(pair.server).state === 'postgres');
    expect((await pair.server.api.get('/health')).body).toMatchObject({ status: 'degraded', hints: 'postgres' });
    await expectWhole(session, pair.writer);
  });

  it('gone and notifications gone, events arrive within a second', async () => {
    await redis.stop();
    const pair = await two(env());
    for (const replica of [pair.writer, pair.server]) deaf(replica);
    const session = await running(pair);
    for (let at = 0; at < 3; at++) await eventArrives({ ...session, ...pair });
    await expectWhole(session, pair.writer);
  });

  it.each([
    ['killed', async () => redis.stop()],
    ['restarted', async () => redis.restart()],
    ['flushed', async () => void (await redis.ask('FLUSHALL'))],
    ['frozen', async () => redis.freeze()],
  ])('that is %s in the middle, nothing is lost, and it is used again when it is back', async (what, happen) => {
    await redis.restart();
    const pair = await two(env());
    const session = await running(pair);
    await eventArrives({ ...session, ...pair });
    await happen();
    try {
      for (let at = 0; at < 4; at++) await eventArrives({ ...session, ...pair });
    } finally {
      if (what === 'frozen') redis.thaw();
    }
    if (what === 'killed') await redis.restart();
    // A circuit that has opened lets one message through a second, to see.
    await until(async () => {
      await eventArrives({ ...session, ...pair });
      return hintsOf(pair.writer).state === 'redis' && hintsOf(pair.server).state === 'redis';
    });
    await expectWhole(session, pair.writer);
  });
});

describe('under pressure', () => {
  it('hints never hold up an append: with every way shut it is as it was', async () => {
    const pair = await two();
    const circuit = pair.writer.desk.app.app.get(CircuitRegistry, { strict: false }).get('hints-postgres');
    for (let at = 0; at < 3; at++) {
      const permit = circuit.admit();
      if (permit.admitted) permit.record('failure');
    }
    expect(circuit.state).toBe('open');
    const session = await running(pair);
    for (let at = 0; at < 3; at++) await eventArrives({ ...session, ...pair });
    await expectWhole(session, pair.writer);
  });
});
