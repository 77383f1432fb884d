import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SESSION_STATUSES, type SessionStatus } from '../../src/features/sessions/session-status.js';
import type { SessionKey } from '../../src/journal/session-write.js';
import { openSessionRoom, type SessionRoom } from '../support/session-room.js';

/** contract.md, "Sessions". */
const ALLOWED: Record<SessionStatus, readonly SessionStatus[]> = {
  created: ['queued', 'cancelled'],
  queued: ['running', 'cancelled'],
  running: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['running', 'cancelled'],
  failed: ['queued'],
  completed: [],
  cancelled: [],
};

/** How a session gets to each state. */
const WAY: Record<SessionStatus, readonly SessionStatus[]> = {
  created: [],
  queued: ['queued'],
  running: ['queued', 'running'],
  paused: ['queued', 'running', 'paused'],
  completed: ['queued', 'running', 'completed'],
  failed: ['queued', 'running', 'failed'],
  cancelled: ['cancelled'],
};

let room: SessionRoom;
beforeAll(async () => void (room = await openSessionRoom()));
afterAll(() => room.close());

/** A change of state with all that belongs to it, so that nothing but the change can be refused. */
const go = (key: SessionKey, status: SessionStatus) =>
  room.owner.query(
    `UPDATE sessions SET status = $2::text, failure_code = CASE WHEN $2 = 'failed' THEN 'stalled' END,
                         finished_at = CASE WHEN $2 IN ('completed', 'failed', 'cancelled') THEN now() END
      WHERE id = $1`,
    [key.sessionId, status],
  );

const pairs = SESSION_STATUSES.flatMap((from) =>
  SESSION_STATUSES.filter((to) => to !== from).map((to) => ({ from, to, allowed: ALLOWED[from].includes(to) })),
);

describe('the database', () => {
  it.each(pairs.filter(({ allowed }) => allowed))('lets a session go from $from to $to', async ({ from, to }) => {
    const key = await room.make();
    for (const step of WAY[from]) await go(key, step);
    await go(key, to);
    expect(await room.session(key)).toMatchObject({ status: to });
  });

  it.each(pairs.filter(({ allowed }) => !allowed))('refuses to let one go from $from to $to', async ({ from, to }) => {
    const key = await room.make();
    for (const step of WAY[from]) await go(key, step);
    await expect(go(key, to)).rejects.toMatchObject({ code: 'HF409' });
    expect(await room.session(key)).toMatchObject({ status: from });
  });

  it.each(SESSION_STATUSES.filter((status) => status !== 'created' && status !== 'queued'))(
    'lets no session begin as %s',
    async (status) => {
      await expect(room.make({ status: status as 'queued' })).rejects.toMatchObject({ code: 'HF409' });
    },
  );

  it.each([
    ['a failure without a code', `status = 'failed', finished_at = now()`],
    ['a code of its own invention', `status = 'failed', finished_at = now(), failure_code = 'bad_luck'`],
    ['an end without a time', `status = 'completed'`],
    ['a wish that nobody can grant', `status = 'paused', wanted = 'pause'`],
    ['a wish that it does not know', `wanted = 'rest'`],
    ['an epoch of another length', `epoch = 'abc'`],
    ['a failure of what runs', `failure_code = 'stalled'`],
  ])('refuses %s', async (_what, change) => {
    const { sessionId } = await room.running();
    await expect(room.owner.query(`UPDATE sessions SET ${change} WHERE id = $1`, [sessionId])).rejects.toMatchObject({
      code: '23514',
    });
  });
});
