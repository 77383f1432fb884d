import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Frames } from '../../src/features/streaming/frames.js';
import { LogPages } from '../../src/features/streaming/log-pages.js';
import { PAGE_EVENTS } from '../../src/features/streaming/stream-limits.js';
import { StreamsRepository } from '../../src/features/streaming/streams.repository.js';
import { SessionLogRepository } from '../../src/journal/session-log.repository.js';
import { StreamDesk } from '../support/stream-desk.js';

const TEXTS = ['Plain', 'Ä "quoted" \\ back', 'two\nlines\r\n\u2028😀', '</script>\u0001\u007f', ''];
const TIMES = ['2026-01-02T03:04:05.000Z', '2026-12-31T23:59:59.999Z', '1999-02-28T00:00:00.001Z'];

let desk: StreamDesk;
beforeAll(async () => void (desk = await StreamDesk.start()));
afterAll(() => desk.close());

/** A log with texts and times of all sorts, of `events` events at least. */
async function logged(events: number) {
  const id = await desk.desk.at('queued');
  const run = await desk.desk.claim(id);
  for (let at = 0; at < events; at++) await desk.desk.say(run, 1, TEXTS[at % TEXTS.length]);
  for (const [at, time] of TIMES.entries())
    await desk.database.query('UPDATE session_events SET created_at = $1 WHERE session_id = $2 AND sequence = $3', [
      time,
      run.sessionId,
      at + 1,
    ]);
  const [row] = await desk.database.query<{ epoch: string; last: number }>(
    'SELECT epoch, last_sequence AS last FROM sessions WHERE id = $1',
    [run.sessionId],
  );
  if (!row) throw new Error('there is no session');
  return { tenantId: run.tenantId, sessionId: run.sessionId, epoch: row.epoch, end: row.last };
}

const service = <T>(type: abstract new (...parts: never[]) => T): T => desk.desk.app.app.get(type, { strict: false });

describe('a page of a log', () => {
  it('is, byte for byte, what its events are one by one', async () => {
    const log = await logged(2 * PAGE_EVENTS + 20);
    const events = await service(SessionLogRepository).eventsAfter(log, { after: 0, limit: 1_000 });
    expect(events).toHaveLength(log.end);
    const pages = await service(StreamsRepository).pages(log, { first: 0, count: 4 });
    for (const [index, frames] of pages.entries()) {
      const after = index * PAGE_EVENTS;
      const some = events.slice(after, after + PAGE_EVENTS);
      if (some.length === 0) expect(frames).toBeUndefined();
      else expect(frames).toEqual(Frames.of(log.epoch, some));
    }
    expect(pages.map((frames) => frames?.count)).toEqual([
      PAGE_EVENTS,
      PAGE_EVENTS,
      log.end - 2 * PAGE_EVENTS,
      undefined,
    ]);
    expect(await service(StreamsRepository).pages(log, { first: 1, count: 1 })).toEqual([pages[1]]);
  });

  it('knows whether it ends an attempt', async () => {
    const log = await logged(1);
    await desk.database.query(`UPDATE session_events SET type = 'complete' WHERE session_id = $1 AND sequence = $2`, [
      log.sessionId,
      log.end,
    ]);
    expect((await service(LogPages).after(log, 0))?.terminal).toBe(true);
  });

  it('ends before a hole, and begins after one', async () => {
    const log = await logged(6);
    await desk.database.query('DELETE FROM session_events WHERE session_id = $1 AND sequence = 4', [log.sessionId]);
    expect(await service(LogPages).after(log, 0)).toMatchObject({ after: 0, last: 3 });
    expect(await service(LogPages).after(log, 3)).toMatchObject({ after: 4, last: log.end });
    await desk.database.query('DELETE FROM session_events WHERE session_id = $1 AND sequence < 4', [log.sessionId]);
    expect(await service(LogPages).after(log, 0)).toMatchObject({ after: 4, last: log.end });
  });

  it('is nothing where the log has nothing, and for another tenant', async () => {
    const log = await logged(1);
    const pages = service(StreamsRepository);
    expect(await pages.pages(log, { first: 1, count: 2 })).toEqual([undefined, undefined]);
    const stranger = { ...log, tenantId: '00000000-0000-7000-8000-000000000000' };
    expect(await pages.pages(stranger, { first: 0, count: 1 })).toEqual([undefined]);
  });
});
