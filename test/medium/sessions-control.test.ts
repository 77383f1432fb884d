import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ControlledDto } from '../../src/features/sessions/dto/session.dto.js';
import type { ControlAction, SessionStatus } from '../../src/features/sessions/session-status.js';
import { expectRefused } from '../support/refusal.js';
import { SessionDesk, type Stand } from '../support/session-desk.js';
import { createSession, readEvents, readSession, uuidOfSession } from '../support/sessions.js';

let desk: SessionDesk;
beforeAll(async () => void (desk = await SessionDesk.open()));
afterAll(async () => {
  const alarms = desk.app.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  await desk.close();
  expect(alarms).toEqual([]);
});

const ACTIONS = ['start', 'pause', 'resume', 'cancel', 'retry'] as const satisfies readonly ControlAction[];

/** What each state allows, by the contract, and where the session stands in the answer. */
const ALLOWED: Readonly<Record<Stand, Partial<Record<ControlAction, SessionStatus>>>> = {
  created: { start: 'queued', cancel: 'cancelled' },
  queued: { cancel: 'cancelled' },
  // Its worker grants them at the next call boundary.
  running: { pause: 'running', cancel: 'running' },
  abandoned: { pause: 'paused', cancel: 'cancelled' },
  paused: { resume: 'running', cancel: 'cancelled' },
  completed: {},
  failed: { retry: 'queued' },
  'beyond-recovery': {},
  cancelled: {},
};
const STATUS_OF: Readonly<Partial<Record<Stand, SessionStatus>>> = {
  abandoned: 'running',
  'beyond-recovery': 'failed',
};

const control = (id: string, action: ControlAction) =>
  desk.app.api.post<ControlledDto>(`/v1/sessions/${id}/${action}`, undefined);
const read = (id: string) => readSession(desk.app.api, id);
const types = async (id: string) => (await readEvents(desk.app.api, id)).map(({ event_type }) => event_type);
const inLine = async (id: string) => {
  const [row] = await desk.app.database.query<{ state: string }>(
    `SELECT state FROM system.runs WHERE session_id = $1`,
    [uuidOfSession(id)],
  );
  return row?.state;
};
const stands = Object.keys(ALLOWED) as Stand[];

describe.each(stands)('a session that is %s', (stand) => {
  test.each(ACTIONS)('is answered to %s', async (action) => {
    const id = await desk.at(stand);
    const before = { session: await read(id), events: await types(id), line: await inLine(id) };
    const answer = await control(id, action);
    const status = ALLOWED[stand][action];
    if (status !== undefined) {
      expect(answer).toMatchObject({ status: 202, body: { session_id: id, action, status } });
      expect(answer.body.message).toMatch(/^The session .+\.$/);
      expect((await read(id)).status).toBe(status);
      return;
    }
    if ((stand === 'created' || stand === 'queued') && action === 'retry') expectRefused(answer, 'not_found');
    else if (stand === 'beyond-recovery' && action === 'retry') expectRefused(answer, 'gone');
    else {
      const { detail } = expectRefused(answer, 'invalid_transition');
      const standing = STATUS_OF[stand] ?? stand;
      const steps = Object.keys(ALLOWED[stand]).join(', ') || 'nothing';
      expect(detail).toBe(`The session is ${standing}; that allows ${steps}.`);
    }
    expect({ session: await read(id), events: await types(id), line: await inLine(id) }).toEqual(before);
  });
});

test('there are no other steps', async () => {
  const id = await desk.at('created');
  for (const step of ['replan', 'delete', 'constructor'])
    expectRefused(await desk.app.api.post(`/v1/sessions/${id}/${step}`, undefined), 'not_found');
});

describe('what is done leaves its mark', () => {
  test('start puts the session in line', async () => {
    const id = await desk.at('created');
    expect(await inLine(id)).toBeUndefined();
    await control(id, 'start');
    expect(await inLine(id)).toBe('queued');
  });

  test('pause takes it out of line, resume puts it back, and both stand in the log', async () => {
    const id = await desk.at('abandoned');
    await control(id, 'pause');
    expect(await inLine(id)).toBe('idle');
    await control(id, 'resume');
    expect(await inLine(id)).toBe('queued');
    expect(await types(id)).toEqual(['paused', 'resumed']);
  });

  test('retry begins another attempt, in which what failed is forgotten', async () => {
    const id = await desk.at('failed');
    expect(await read(id)).toMatchObject({
      attempt: 1,
      recoverable: true,
      failure: { code: 'quorum_lost', detail: '2 of 5 seats are there.' },
      finished_at: expect.stringMatching(/Z$/),
    });
    await control(id, 'retry');
    expect(await read(id)).toMatchObject({ attempt: 2, recoverable: false, failure: null, finished_at: null });
    const events = await readEvents(desk.app.api, id);
    expect(events.map(({ event_type }) => event_type)).toEqual(['error', 'retried']);
    expect(events[1]?.data).toEqual({ attempt: 2 });
    expect(await inLine(id)).toBe('queued');
  });

  test('a session that cannot go on says so', async () => {
    expect(await read(await desk.at('beyond-recovery'))).toMatchObject({ status: 'failed', recoverable: false });
  });

  test('cancel ends the log', async () => {
    const id = await desk.at('paused');
    await control(id, 'cancel');
    expect(await types(id)).toEqual(['paused', 'cancelled']);
    expect(await read(id)).toMatchObject({ status: 'cancelled', finished_at: expect.stringMatching(/Z$/) });
    expect(await inLine(id)).toBe('idle');
  });

  test('cancel of one that never ran ends a log of one event', async () => {
    for (const stand of ['created', 'queued'] as const) {
      const id = await desk.at(stand);
      await control(id, 'cancel');
      expect((await readEvents(desk.app.api, id)).map(({ event_type, data }) => [event_type, data])).toEqual([
        ['cancelled', { event_count: 1, digest: '0'.repeat(64) }],
      ]);
    }
  });
});

describe('a cancel that was answered', () => {
  test('is asked for again without harm, and takes no pause any more', async () => {
    const { id } = (await createSession(desk.app.api)).body;
    const run = await desk.claim(id);
    expect((await control(id, 'cancel')).status).toBe(202);
    expect((await control(id, 'cancel')).status).toBe(202);
    expect(expectRefused(await control(id, 'pause'), 'invalid_transition').detail).toBe(
      'The session is being cancelled.',
    );
    expect(expectRefused(await control(id, 'resume'), 'invalid_transition').detail).toBe(
      'The session is running; that allows cancel.',
    );
    expect(await desk.complete(run)).toMatchObject({ outcome: 'cancel_wanted' });
    expect(await desk.cancel(run)).toMatchObject({ outcome: 'appended' });
    expect(await read(id)).toMatchObject({ status: 'cancelled' });
  });

  test('is kept when the worker dies before it grants it', async () => {
    const { id } = (await createSession(desk.app.api)).body;
    const run = await desk.claim(id);
    await control(id, 'cancel');
    await desk.expire(run);
    expectRefused(await control(id, 'pause'), 'invalid_transition');
    expect((await control(id, 'cancel')).body).toMatchObject({ status: 'cancelled' });
    expect(await types(id)).toEqual(['cancelled']);
  });
});
