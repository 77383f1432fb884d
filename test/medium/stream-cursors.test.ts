import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOfSession } from '../support/sessions.js';
import { type EventStream, expectLogged } from '../support/event-stream.js';
import { expectRefused } from '../support/refusal.js';
import { StreamDesk } from '../support/stream-desk.js';
import { until } from '../support/until.js';
import { makeTenant } from '../support/tenants.js';
import { newUuid, publicId } from '../../src/database/id.js';

let streams: StreamDesk;
beforeAll(async () => void (streams = await StreamDesk.start()));
afterEach(() => streams.closeStreams());
afterAll(() => streams.close());

/** A session that runs, with so many events. */
async function running(events: number) {
  const { desk } = streams;
  const id = await desk.at('queued');
  const run = await desk.claim(id);
  await desk.say(run, events);
  const [row] = await streams.database.query<{ epoch: string }>('SELECT epoch FROM sessions WHERE id = $1', [
    uuidOfSession(id),
  ]);
  return { id, run, epoch: row?.epoch ?? '' };
}

const dataOf = (stream: EventStream, type: string) =>
  JSON.parse(stream.events.find(({ event }) => event === type)?.data ?? 'null') as Record<string, unknown>;

describe('a cursor that is malformed is refused', () => {
  it.each([
    'x',
    '-1',
    '1.5',
    '1e3',
    '',
    ' 1',
    '01',
    'abcdefgh',
    'abcdefgh.',
    'abcdefgh.-1',
    'abcdefgh.01',
    'abcdefg.1',
    'abcdefghi.1',
    'abcd-fgh.1',
    'abcdefgh.1.1',
    '%00',
    '%F0%9F%98%80',
    "' OR true --",
  ])('as `?after=%s`', async (after) => {
    const { id } = await running(0);
    const refused = await streams.api.get(
      `/v1/sessions/${id}/stream?after=${after.includes('%') ? after : encodeURIComponent(after)}`,
    );
    expectRefused(refused, 'invalid_cursor');
  });

  it.each(['x', '7', '-1', 'abcdefgh', 'abcdefgh.x', 'abcdefgh.1, abcdefgh.2'])(
    'as `Last-Event-ID: %s`',
    async (header) => {
      const { id } = await running(0);
      const refused = await streams.api.get(`/v1/sessions/${id}/stream`, { headers: { 'last-event-id': header } });
      expectRefused(refused, 'invalid_cursor');
    },
  );

  it('given twice', async () => {
    const { id } = await running(0);
    expectRefused(await streams.api.get(`/v1/sessions/${id}/stream?after=1&after=1`), 'invalid_cursor');
  });
});

describe('a session that is not there for the caller', () => {
  it('is not found, whether it is another tenant’s, never was, or is no session at all', async () => {
    const { id } = await running(1);
    const { api } = await makeTenant(streams.api);
    for (const one of [id, publicId('ses', newUuid()), publicId('act', newUuid()), 'undefined'])
      expectRefused(await api.get(`/v1/sessions/${one}/stream`), 'not_found');
    expectRefused(await streams.api.get(`/v1/sessions/${publicId('ses', newUuid())}/stream`), 'not_found');
  });

  it('is unauthorized without credentials', async () => {
    const { id } = await running(1);
    expectRefused(await streams.api.get(`/v1/sessions/${id}/stream`, { key: null }), 'unauthorized');
  });
});

describe('a cursor of this log', () => {
  it('counts from the header before the URL, because a client that reconnects sends its first URL again', async () => {
    const { id, epoch } = await running(5);
    const stream = await streams.follow(id, { query: 'after=1', lastEventId: `${epoch}.3` });
    await stream.received(2);
    expect(stream.sequences).toEqual([4, 5]);
  });

  it('at the end waits for what comes', async () => {
    const { id, epoch, run } = await running(5);
    const stream = await streams.follow(id, { lastEventId: `${epoch}.5` });
    await streams.desk.say(run, 1);
    await stream.received(1);
    expect(stream.sequences).toEqual([6]);
    expect(stream.events.map(({ event }) => event)).not.toContain('gap_detected');
  });

  it('of nothing gives all', async () => {
    const { id, epoch } = await running(2);
    for (const call of [{}, { query: 'after=0' }, { lastEventId: `${epoch}.0` }])
      expect((await (await streams.follow(id, call)).received(2)).sequences).toEqual([1, 2]);
  });
});

describe('a cursor that cannot be continued from gets the gap, a snapshot, and what comes after', () => {
  /** Expects a gap, the snapshot, and the next event live. */
  async function expectGap(
    { id, run, epoch }: Awaited<ReturnType<typeof running>>,
    call: Parameters<StreamDesk['follow']>[1],
    facts: Record<string, number>,
  ) {
    const stream = await streams.follow(id, call);
    expect(stream.status).toBe(200);
    await until(() => stream.lastId !== undefined);
    await streams.desk.say(run, 1);
    await stream.received(1);
    expect(stream.events.map(({ event }) => event)).toEqual(['gap_detected', 'snapshot', 'contribution']);
    expect(stream.events.map((event) => event.id)).toEqual([undefined, `${epoch}.5`, `${epoch}.6`]);
    expect(dataOf(stream, 'gap_detected')).toEqual(facts);
    const snapshot = dataOf(stream, 'snapshot') as { session: Record<string, unknown>; events_through: number };
    expect(snapshot).toMatchObject({ events_through: 5, session: { id, status: 'running', last_sequence: 5 } });
    const { body } = await streams.api.get(`/v1/sessions/${id}`);
    expect(Object.keys(snapshot.session).sort()).toEqual(Object.keys(body).sort());
    return stream;
  }

  it('when it is from the future', async () => {
    const session = await running(5);
    const facts = { expected: 7, actual: 6, missed: 0, earliest: 1 };
    await expectGap(session, { lastEventId: `${session.epoch}.6` }, facts);
  });

  it.each([
    ['2147483647', 2_147_483_648],
    ['2147483648', 2_147_483_649],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
  ])('when it is a bare sequence from the future: %s', async (after, expected) => {
    const facts = { expected, actual: 6, missed: 0, earliest: 1 };
    await expectGap(await running(5), { query: `after=${after}` }, facts);
  });

  it('when it is of another epoch', async () => {
    const facts = { expected: 3, actual: 6, missed: 5, earliest: 1 };
    await expectGap(await running(5), { lastEventId: 'zzzzzzzz.2' }, facts);
  });

  it('when it is another session’s', async () => {
    const other = await running(9);
    const facts = { expected: 10, actual: 6, missed: 5, earliest: 1 };
    await expectGap(await running(5), { lastEventId: `${other.epoch}.9` }, facts);
  });

  it('when what follows it is no longer kept', async () => {
    const session = await running(5);
    const expire = (through: number) =>
      streams.database.query('DELETE FROM session_events WHERE session_id = $1 AND sequence <= $2', [
        uuidOfSession(session.id),
        through,
      ]);
    await expire(3);
    const facts = { expected: 2, actual: 6, missed: 4, earliest: 4 };
    await expectGap(session, { lastEventId: `${session.epoch}.1` }, facts);
    const kept = await streams.follow(session.id, { lastEventId: `${session.epoch}.3` });
    expect((await kept.received(3)).sequences).toEqual([4, 5, 6]);
    await expire(6);
    const stream = await streams.follow(session.id, { query: 'after=0' });
    await until(() => stream.lastId !== undefined);
    await streams.desk.say(session.run, 1);
    await stream.received(1);
    expect(dataOf(stream, 'gap_detected')).toEqual({ expected: 1, actual: 7, missed: 6, earliest: 7 });
  });

  it('when an event in the middle is missing: those before it come first', async () => {
    const session = await running(5);
    await streams.database.query('DELETE FROM session_events WHERE session_id = $1 AND sequence = 3', [
      uuidOfSession(session.id),
    ]);
    const stream = await streams.follow(session.id);
    await until(() => stream.lastId === `${session.epoch}.5`);
    await streams.desk.say(session.run, 1);
    await stream.received(3);
    expect(stream.sequences).toEqual([1, 2, 6]);
    expect(dataOf(stream, 'gap_detected')).toEqual({ expected: 3, actual: 6, missed: 3, earliest: 1 });
  });

  it('when the log is rebuilt while it is followed: the stream ends, and the next one tells', async () => {
    const { id } = await running(3);
    const stream = await (await streams.follow(id)).received(3);
    await streams.database.query(`UPDATE sessions SET epoch = 'anewlog1' WHERE id = $1`, [uuidOfSession(id)]);
    await stream.end();
    const next = await streams.follow(id, { lastEventId: stream.lastId ?? '' });
    await until(() => next.lastId !== undefined);
    expect(dataOf(next, 'gap_detected')).toEqual({ expected: 4, actual: 4, missed: 3, earliest: 1 });
    expect(next.lastId).toBe('anewlog1.3');
  });

  it('and goes on after the snapshot’s id as after any other', async () => {
    const session = await running(5);
    const stream = await expectGap(
      session,
      { lastEventId: 'zzzzzzzz.2' },
      { expected: 3, actual: 6, missed: 5, earliest: 1 },
    );
    const snapshot = stream.events.find(({ event }) => event === 'snapshot')?.id ?? '';
    const again = await streams.follow(session.id, { lastEventId: snapshot });
    expect((await again.received(1)).sequences).toEqual([6]);
  });

  it('and the stream of a session that has ended closes then', async () => {
    const { id, run } = await running(2);
    await streams.desk.complete(run);
    const stream = await (await streams.follow(id, { lastEventId: 'zzzzzzzz.2' })).end();
    expect(stream.events.map(({ event }) => event)).toEqual(['gap_detected', 'snapshot']);
    expect((await streams.follow(id, { lastEventId: stream.lastId ?? '' })).status).toBe(204);
  });

  it('and is counted', async () => {
    const before = await streams.metric('holdfast_stream_gaps_total');
    const { id } = await running(1);
    await streams.follow(id, { lastEventId: 'zzzzzzzz.2' });
    expect(await streams.metric('holdfast_stream_gaps_total')).toBe(before + 1);
  });
});

describe('the end of an attempt', () => {
  it('closes the stream, and is 204 for who has it, until a retry lets the log go on', async () => {
    const { id, run } = await running(2);
    const stream = await streams.follow(id);
    await streams.desk.fail(run);
    await stream.end();
    expect(stream.broken).toBe(false);
    const last = stream.lastId ?? '';
    expect((await streams.follow(id, { lastEventId: last })).status).toBe(204);
    expect((await streams.follow(id, { query: `after=3` })).status).toBe(204);

    expect((await streams.api.post(`/v1/sessions/${id}/retry`, undefined)).status).toBe(202);
    const after = await streams.follow(id, { lastEventId: last });
    expect(after.status).toBe(200);
    await streams.desk.complete(await streams.desk.claim(id));
    await after.end();
    expect(after.events.map(({ event }) => event)).toEqual(['retried', 'complete']);
    expectLogged(after.logged, await streams.log(id), { after: 3 });
    const whole = await (await streams.follow(id)).end();
    expectLogged(whole.logged, await streams.log(id));
  });

  it.each(['completed', 'failed', 'cancelled'] as const)(
    'of one that is %s: all of it is given, then the stream closes',
    async (stand) => {
      const id = await streams.desk.at(stand);
      expectLogged((await (await streams.follow(id)).end()).logged, await streams.log(id));
    },
  );

  it.each(['created', 'queued', 'paused'] as const)('is waited for by one that is %s', async (stand) => {
    const id = await streams.desk.at(stand);
    const log = await streams.log(id);
    const stream = await (await streams.follow(id)).received(log.length);
    expectLogged(stream.logged, log);
    expect((await streams.api.post(`/v1/sessions/${id}/cancel`, undefined)).status).toBe(202);
    await stream.end();
    expectLogged(stream.logged, await streams.log(id));
    expect(stream.events.at(-1)?.event).toBe('cancelled');
  });
});
