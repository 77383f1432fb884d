import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StreamTicketDto } from '../../src/features/streaming/dto/stream.dto.js';
import { newUuid, publicId } from '../../src/database/id.js';
import type { ApiClient } from '../support/client.js';
import { MovableClock } from '../support/movable-clock.js';
import { expectRefused, expectRefusedAt } from '../support/refusal.js';
import { uuidOfSession } from '../support/sessions.js';
import { StreamDesk } from '../support/stream-desk.js';
import { makeClientToken, makeKey, makeTenant } from '../support/tenants.js';

let clock: MovableClock;
let streams: StreamDesk;
beforeAll(async () => {
  clock = new MovableClock();
  streams = await StreamDesk.start({ clock });
});
afterEach(() => streams.closeStreams());
afterAll(() => streams.close());

async function ticketFor(id: string, api: ApiClient = streams.api): Promise<string> {
  const { status, body } = await api.post<StreamTicketDto>('/v1/stream-tickets', { session_id: id });
  expect(status).toBe(201);
  expect(new Date(body.expires_at).getTime() - clock.epochMs()).toBeGreaterThan(55_000);
  expect(new Date(body.expires_at).getTime() - clock.epochMs()).toBeLessThanOrEqual(60_000);
  return body.ticket;
}

const withTicket = (ticket: string, more: { lastEventId?: string } = {}) => ({
  key: null,
  query: `ticket=${ticket}`,
  ...more,
});

describe('a ticket', () => {
  it('opens the stream of its session, again and again', async () => {
    const id = await streams.desk.at('running');
    const ticket = await ticketFor(id);
    expect((await streams.follow(id, withTicket(ticket))).status).toBe(200);
    await clock.skip(3_600_000);
    expect((await streams.follow(id, withTicket(ticket))).status).toBe(200);
  });

  it('must be used for the first time within a minute', async () => {
    const id = await streams.desk.at('running');
    const [soon, late] = [await ticketFor(id), await ticketFor(id)];
    await clock.skip(50_000);
    expect((await streams.follow(id, withTicket(soon))).status).toBe(200);
    await clock.skip(10_001);
    expect((await streams.follow(id, withTicket(late))).status).toBe(401);
    expect((await streams.follow(id, withTicket(soon))).status).toBe(200);
  });

  it('is for one session, and for nothing but its stream', async () => {
    const [id, other] = [await streams.desk.at('running'), await streams.desk.at('running')];
    const ticket = await ticketFor(id);
    expect((await streams.follow(other, withTicket(ticket))).status).toBe(403);
    for (const path of [`/v1/sessions/${id}`, `/v1/sessions/${id}/events`, '/v1/me'])
      expectRefused(await streams.api.get(`${path}?ticket=${ticket}`, { key: null }), 'unauthorized');
    for (const scheme of ['Bearer', 'Ticket', 'bearer'])
      expectRefused(
        await streams.api.get(`/v1/sessions/${id}/stream`, {
          key: null,
          headers: { authorization: `${scheme} ${ticket}` },
        }),
        'unauthorized',
      );
  });

  it('is refused when it is not one of ours, or not as we made it', async () => {
    const id = await streams.desk.at('running');
    const ticket = await ticketFor(id);
    const turned = ticket.slice(0, -1) + (ticket.endsWith('A') ? 'Q' : 'A');
    for (const junk of [
      'x',
      '',
      'hst_',
      turned,
      ticket.slice(0, -4),
      `${ticket}x`,
      `${ticket}=`,
      `${ticket.slice(0, 9)}!${ticket.slice(9)}`,
      `hst_${'A'.repeat(2_000)}`,
      `${ticket}&ticket=${ticket}`,
    ])
      expect((await streams.follow(id, withTicket(junk))).status).toBe(401);
  });

  it('dies with its key', async () => {
    const id = await streams.desk.at('running');
    const { key, id: keyId } = await makeKey(streams.api, ['member']);
    const ticket = await ticketFor(id, streams.api.as(key));
    const stream = await streams.follow(id, withTicket(ticket));
    expect(stream.status).toBe(200);
    await streams.api.delete(`/v1/api-keys/${keyId}`);
    expect((await streams.follow(id, withTicket(ticket))).status).toBe(401);
    await clock.skip(50_000);
    await stream.end();
  });

  it('lets its holder fetch the end that it has missed, then hear that there is no more, for a quarter of an hour', async () => {
    const id = await streams.desk.at('queued');
    const run = await streams.desk.claim(id);
    const ticket = await ticketFor(id);
    const stream = await streams.follow(id, withTicket(ticket));
    await streams.desk.say(run, 1);
    await stream.received(1);
    stream.close();
    await streams.desk.complete(run);
    const rest = await (await streams.follow(id, withTicket(ticket, { lastEventId: stream.lastId ?? '' }))).end();
    expect(rest.sequences).toEqual([2]);
    expect((await streams.follow(id, withTicket(ticket, { lastEventId: rest.lastId ?? '' }))).status).toBe(204);
    const ended = (ago: string) =>
      streams.database.query(`UPDATE sessions SET finished_at = now() - interval '${ago}' WHERE id = $1`, [
        uuidOfSession(id),
      ]);
    await ended('895 s');
    expect((await streams.follow(id, withTicket(ticket, { lastEventId: rest.lastId ?? '' }))).status).toBe(204);
    await ended('901 s');
    const used = (ago: string) =>
      streams.database.query(`UPDATE stream_tickets SET used_at = now() - interval '${ago}' WHERE session_id = $1`, [
        uuidOfSession(id),
      ]);
    await used('895 s');
    expect((await streams.follow(id, withTicket(ticket, { lastEventId: rest.lastId ?? '' }))).status).toBe(204);
    await used('901 s');
    expect((await streams.follow(id, withTicket(ticket, { lastEventId: rest.lastId ?? '' }))).status).toBe(401);
  });

  it('for a session that ended long ago is good as well, for a quarter of an hour', async () => {
    const id = await streams.desk.at('completed');
    await streams.database.query(`UPDATE sessions SET finished_at = now() - interval '1 day' WHERE id = $1`, [
      uuidOfSession(id),
    ]);
    const ticket = await ticketFor(id);
    const log = await (await streams.follow(id, withTicket(ticket))).end();
    expect(log.status).toBe(200);
    await clock.skip(61_000);
    expect((await streams.follow(id, withTicket(ticket, { lastEventId: log.lastId ?? '' }))).status).toBe(204);
    await streams.database.query(`UPDATE stream_tickets SET used_at = now() - interval '901 s' WHERE session_id = $1`, [
      uuidOfSession(id),
    ]);
    expect((await streams.follow(id, withTicket(ticket))).status).toBe(401);
  });

  it('is forgotten when its session is long over', async () => {
    const id = await streams.desk.at('running');
    await streams.follow(id, withTicket(await ticketFor(id)));
    const kept = () =>
      streams.database.query('SELECT 1 FROM stream_tickets WHERE session_id = $1', [uuidOfSession(id)]);
    expect(await kept()).toHaveLength(1);
    await streams.database.query(
      `UPDATE sessions SET status = 'cancelled', wanted = NULL, finished_at = now() - interval '1 day' WHERE id = $1`,
      [uuidOfSession(id)],
    );
    await streams.database.query(
      `UPDATE stream_tickets SET used_at = used_at - interval '1 day', look_at = look_at - interval '1 day' WHERE session_id = $1`,
      [uuidOfSession(id)],
    );
    const next = await streams.desk.at('running');
    for (let at = 0; at < 10; at++) await streams.follow(next, withTicket(await ticketFor(next)));
    expect(await kept()).toHaveLength(0);
  });

  it('is forgotten also behind any number of tickets for sessions that go on, by uses that look at few of them each', async () => {
    const { database } = streams;
    const [open, over, next] = [
      await streams.desk.at('running'),
      await streams.desk.at('running'),
      await streams.desk.at('running'),
    ];
    const make = (id: string, count: number) =>
      database.query(
        `INSERT INTO stream_tickets (tenant_id, session_id, id, used_at)
         SELECT tenant_id, id, gen_random_uuid(), now() - interval '1 day' FROM sessions, generate_series(1, $2) WHERE id = $1`,
        [uuidOfSession(id), count],
      );
    await make(open, 40);
    await make(over, 20);
    await database.query(
      `UPDATE sessions SET status = 'cancelled', finished_at = now() - interval '1 day' WHERE id = $1`,
      [uuidOfSession(over)],
    );
    const kept = async (id: string) =>
      (await database.query('SELECT 1 FROM stream_tickets WHERE session_id = $1', [uuidOfSession(id)])).length;
    for (let use = 0, before = await kept(over); use < 8; use++) {
      await streams.follow(next, withTicket(await ticketFor(next)));
      const after = await kept(over);
      expect(before - after).toBeLessThanOrEqual(8);
      before = after;
    }
    expect([await kept(open), await kept(over), await kept(next)]).toEqual([40, 0, 8]);
  });

  it('can be made with a client token, by its own tenant, for sessions that are there', async () => {
    const id = await streams.desk.at('running');
    const device = streams.api.as(await makeClientToken(streams.api, 'device-01'));
    expect((await streams.follow(id, withTicket(await ticketFor(id, device)))).status).toBe(200);
    const { api } = await makeTenant(streams.api);
    for (const one of [id, publicId('ses', newUuid()), 'x'])
      expectRefused(await api.post('/v1/stream-tickets', { session_id: one }), 'not_found');
    for (const body of [{}, { session_id: '' }, { session_id: 'x'.repeat(65) }, { session_id: 7 }])
      expectRefusedAt(await api.post('/v1/stream-tickets', body), '/session_id');
  });

  it('is good on every replica, also for its first use', async () => {
    const other = await StreamDesk.start({ clock, database: streams.database });
    try {
      const id = await streams.desk.at('running');
      const ticket = await ticketFor(id);
      expect((await other.follow(id, withTicket(ticket))).status).toBe(200);
      await clock.skip(61_000);
      expect((await streams.follow(id, withTicket(ticket))).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it('stands in no log line', async () => {
    const id = await streams.desk.at('running');
    const ticket = await ticketFor(id);
    (await streams.follow(id, withTicket(ticket))).close();
    await streams.follow(id, withTicket(`${ticket}x`));
    const { logLines } = streams.desk.app;
    expect(logLines.length).toBeGreaterThan(0);
    expect(logLines.filter((line) => line.includes(ticket.slice(0, 40)) || line.includes('ticket='))).toEqual([]);
  });
});
