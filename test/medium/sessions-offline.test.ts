import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { LeagueDto, SessionDto, SessionResultDto } from '../../src/features/sessions/dto/session.dto.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { loggedLines } from '../support/logged-lines.js';
import { expectRefused } from '../support/refusal.js';
import { madeSession, readEvents, readSession, untilStatus, uuidOfSession } from '../support/sessions.js';
import type { ActionBody } from '../support/actions.js';
import type { EventBody, EventPage } from '../support/sessions.js';

const GOAL = 'Plan a birthday party for 12 children on Saturday in the town hall';

let app: TestApp;
let session: SessionDto;
let events: EventBody[];
let stored: { sequence: number; type: string; data: string }[];
beforeAll(async () => {
  app = await startTestApp();
  const { id } = await madeSession(app.api, { goal: GOAL, council: { seats: 3, max_rounds: 2 } });
  session = await untilStatus(app.api, id, 'completed');
  events = await readEvents(app.api, id);
  stored = await app.database.query(...loggedLines(uuidOfSession(id)));
});
afterAll(async () => {
  const alarms = app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  await app.close();
  expect(alarms).toEqual([]);
});

const page = (query: string) => app.api.get<EventPage>(`/v1/sessions/${session.id}/events?${query}`);
const terminal = () => events.at(-1)?.data as { event_count: number; digest: string };

describe('a session on the offline provider, with no key', () => {
  test('comes to its end', () => {
    expect(session).toMatchObject({
      status: 'completed',
      stage: 'complete',
      round: 2,
      attempt: 1,
      recoverable: false,
      failure: null,
      last_sequence: events.length,
      started_at: expect.stringMatching(/Z$/),
      finished_at: expect.stringMatching(/Z$/),
    });
    const times = [session.created_at, session.started_at, session.finished_at].map((time) => Date.parse(time ?? ''));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  test('counts the calls that were answered, and their tokens', async () => {
    const [sums] = await app.database.query<Record<string, number>>(
      `SELECT count(*)::int AS calls, sum(input_tokens)::int AS input_tokens, sum(output_tokens)::int AS output_tokens
         FROM session_events WHERE session_id = $1 AND call_key IS NOT NULL`,
      [uuidOfSession(session.id)],
    );
    expect(session.usage).toEqual(sums);
    // Framing, two rounds of three seats, their votes, chair and planner; no facilitator, who could only end the last round.
    expect(session.usage.calls).toBe(1 + 2 * 3 + 3 + 1 + 1);
    expect(session.usage.input_tokens).toBeGreaterThan(session.usage.calls);
    expect(session.usage.output_tokens).toBeGreaterThan(session.usage.calls);
  });

  test('has a log that tells all of it, once', () => {
    const count = (type: string) => events.filter(({ event_type }) => event_type === type).length;
    expect(events[0]).toMatchObject({
      event_type: 'session_started',
      session_id: session.id,
      event_version: 1,
      data: { goal_title: session.title, council: { seats: 3, max_rounds: 2, quorum: 2 } },
    });
    expect(events.slice(2, 5).map(({ data }) => data)).toEqual(session.council.seats);
    expect({
      seats: count('seat_selected'),
      rounds: count('round_started'),
      contributions: count('contribution'),
      votes: count('vote'),
      plans: count('actions_planned'),
      ends: count('complete') + count('error') + count('cancelled'),
    }).toEqual({ seats: 3, rounds: 2, contributions: 6, votes: 3, plans: 1, ends: 1 });
    expect(events.at(-1)).toMatchObject({ event_type: 'complete', data: { event_count: events.length } });
  });
});

describe('the log as a list', () => {
  test('has a sequence from 1 without holes', () => {
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
    expect(stored.map(({ sequence }) => sequence)).toEqual(events.map(({ sequence }) => sequence));
  });

  test('embeds each event byte for byte as it is stored', async () => {
    const { text } = await page('limit=200');
    expect(text).toBe(`{"data":[${stored.map(({ data }) => data).join(',')}],"next_cursor":null}`);
    for (const { data, type } of stored) expect(JSON.parse(data)).toMatchObject({ event_type: type });
  });

  test('ends in the digest over all before it, which anybody can compute again', () => {
    let digest: Buffer = Buffer.alloc(32);
    for (const { data } of stored.slice(0, -1))
      digest = createHash('sha256').update(digest).update(data, 'utf8').digest();
    expect(terminal()).toEqual({ event_count: stored.length, digest: digest.toString('hex') });
  });

  test('begins after a sequence, and goes on page by page', async () => {
    expect((await page('after=3&limit=2')).body.data).toEqual(events.slice(3, 5));
    expect((await page(`after=${events.length - 1}`)).body).toEqual({ data: events.slice(-1), next_cursor: null });
    const seen: EventBody[] = [];
    for (let query: string | undefined = 'after=2&limit=7'; query !== undefined;) {
      const { body }: { body: EventPage } = await page(query);
      seen.push(...body.data);
      query = body.next_cursor === null ? undefined : `limit=7&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual(events.slice(2));
  });

  test('takes no cursor of another session', async () => {
    const cursor = (await page('limit=1')).body.next_cursor;
    const { id } = await madeSession(app.api, { start: false });
    expectRefused(await app.api.get(`/v1/sessions/${id}/events?cursor=${cursor}`), 'invalid_cursor');
  });
});

describe('the result', () => {
  test('is what the log says, with actions that can be looked up', async () => {
    const { body } = await app.api.get<SessionResultDto>(`/v1/sessions/${session.id}/result`);
    const last = (type: string) => events.findLast(({ event_type }) => event_type === type)?.data ?? {};
    expect(body).toEqual({
      session_id: session.id,
      synthesis: last('synthesis_complete')['text'],
      consensus: last('synthesis_complete')['consensus'],
      ranking: last('voting_complete')['ranking'],
      seats: session.council.seats.map(({ seat, persona, model }) => ({
        seat,
        persona,
        model,
        rounds: [1, 2],
        voted: true,
        absent: null,
      })),
      actions: expect.any(Array),
      degraded: false,
    });
    expect(body.consensus).toBeGreaterThanOrEqual(0);
    expect(body.consensus).toBeLessThanOrEqual(1);
    expect(body.ranking).toHaveLength(3);
    expect(body.synthesis).toContain('without a language model');
    const { data } = (await app.api.get<{ data: ActionBody[] }>(`/v1/actions?session_id=${session.id}`)).body;
    expect(data.length).toBeGreaterThan(0);
    const fresh = { session_id: session.id, project_id: null, status: 'todo', replan_session_id: null };
    const planned = body.actions.map((action) => Object.assign({}, action, fresh));
    expect(data).toEqual(planned);
  });

  test('is not there before the end', async () => {
    const { id } = await madeSession(app.api, { start: false });
    expect(expectRefused(await app.api.get(`/v1/sessions/${id}/result`), 'not_completed').detail).toContain('created');
    await app.api.post(`/v1/sessions/${id}/cancel`, undefined);
    expect((await readSession(app.api, id)).status).toBe('cancelled');
    expect(expectRefused(await app.api.get(`/v1/sessions/${id}/result`), 'not_completed').detail).toContain(
      'cancelled',
    );
  });
});

test('the league tells how each persona has fared', async () => {
  const { body } = await app.api.get<LeagueDto>('/v1/league');
  const { ranking } = (await app.api.get<SessionResultDto>(`/v1/sessions/${session.id}/result`)).body;
  const expected = ranking.map(({ persona, model, mean_rank }, place) => ({
    persona,
    model,
    sessions: 1,
    votes: 2,
    wins: place === 0 ? 1 : 0,
    average_rank: mean_rank,
    win_rate: place === 0 ? 1 : 0,
  }));
  expect(body.data).toEqual(expected.toSorted((one, other) => (one.persona < other.persona ? -1 : 1)));
  const first = (await app.api.get<LeagueDto>('/v1/league?limit=2')).body;
  const second = (await app.api.get<LeagueDto>(`/v1/league?limit=2&cursor=${first.next_cursor}`)).body;
  expect([...first.data, ...second.data]).toEqual(body.data);
});
