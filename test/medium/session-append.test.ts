import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../src/database/id.js';
import type { LogEnd } from '../../src/journal/event-log.js';
import type { AppendOutcome, Entry, SessionKey } from '../../src/journal/session-write.js';
import { EMPTY_LOG, openSessionRoom, type SessionRoom } from '../support/session-room.js';

const AT_MS = Date.UTC(2026, 10, 21, 12);
const TEXT = 'Zürich — "yes" \\ \u0000 \u{1F3D4} {1,2}\nnext line, NULL';

let room: SessionRoom;
beforeAll(async () => void (room = await openSessionRoom({ poolSize: 20 })));
afterAll(() => room.close());

const said = (text: string) => ({ type: 'contribution', data: { round: 1, seat: 'seat-1', text } });
const call = (key: string, event = 0) => ({
  key,
  event,
  provider: 'first',
  model: 'large',
  attempts: 2,
  inputTokens: 100,
  outputTokens: 30,
});
const append = (run: SessionKey & { fence: number }, end: LogEnd, entry: Partial<Entry> = {}) =>
  room.log.append({ ...run, end, atMs: AT_MS, events: [said('one')], ...entry });
const endOf = (outcome: AppendOutcome): LogEnd => {
  if (outcome.outcome !== 'appended') throw new Error(`not appended: ${outcome.outcome}`);
  return outcome.end;
};
/** The formula of the contract, over what is stored. */
const chain = (lines: readonly string[]) =>
  lines.reduce((digest, line) => createHash('sha256').update(digest).update(line, 'utf8').digest(), Buffer.alloc(32));

describe('an append', () => {
  it('stores events, calls and counters, and the text of each event to the byte', async () => {
    const run = await room.running();
    const events = [said(TEXT), { type: 'round_complete', data: { round: 1 } }];
    const outcome = await append(run, EMPTY_LOG, { events, calls: [call('frame'), call('round-1/seat-1', 1)] });
    expect(outcome).toMatchObject({ outcome: 'appended', wanted: null, end: { sequence: 2 } });
    const stored = await room.events(run);
    expect(stored).toEqual('events' in outcome ? outcome.events : []);
    expect(JSON.parse(stored[0]?.data ?? '')).toEqual({
      event_type: 'contribution',
      session_id: expect.stringMatching(/^ses_/),
      sequence: 1,
      timestamp: '2026-11-21T12:00:00.000Z',
      event_version: 1,
      data: { round: 1, seat: 'seat-1', text: TEXT },
    });
    expect(uuidOf('ses', /ses_\w+/.exec(stored[0]?.data ?? '')?.[0] ?? '')).toBe(run.sessionId);
    expect(await room.session(run)).toMatchObject({
      last_sequence: 2,
      calls: 2,
      input_tokens: '200',
      output_tokens: '60',
      status: 'running',
      digest: chain(stored.map(({ data }) => data)),
    });
    const kept =
      'SELECT call_key, sequence, attempts, provider, model, input_tokens, output_tokens FROM session_events';
    const of = { attempts: 2, provider: 'first', model: 'large', input_tokens: 100, output_tokens: 30 };
    expect(await room.owner.query(`${kept} WHERE session_id = $1 ORDER BY sequence`, [run.sessionId])).toEqual([
      { call_key: 'frame', sequence: 1, ...of },
      { call_key: 'round-1/seat-1', sequence: 2, ...of },
    ]);
  });

  it('moves the session on, and leaves what it does not name', async () => {
    const run = await room.running();
    const first = endOf(await append(run, EMPTY_LOG, { place: { stage: 'rounds', round: 3 } }));
    await append(run, first, { place: { stage: 'vote' } });
    expect(await room.session(run)).toMatchObject({ stage: 'vote', round: 3, status: 'running' });
  });

  it('writes nothing at all when one of its calls was answered before', async () => {
    const run = await room.running();
    const end = endOf(await append(run, EMPTY_LOG, { calls: [call('frame')] }));
    await expect(append(run, end, { calls: [call('frame')] })).rejects.toMatchObject({ fault: 'unique' });
    expect(await room.session(run)).toMatchObject({ last_sequence: 1, calls: 1 });
  });
});

describe('the end of an attempt', () => {
  it.each([
    ['complete', 'completed', undefined],
    ['cancelled', 'cancelled', undefined],
    ['error', 'failed', { code: 'quorum_lost', detail: 'two seats left', recoverable: true }],
  ] as const)(
    '%s tells the count and the chain before it, ends the session and frees the run',
    async (type, status, failure) => {
      const run = await room.running();
      const end = endOf(await append(run, EMPTY_LOG, { events: [said('one'), said('two')] }));
      await append(run, end, { events: [{ type, data: {} }], place: { status, ...(failure ? { failure } : {}) } });
      const lines = (await room.events(run)).map(({ data }) => data);
      expect(JSON.parse(lines[2] ?? '')).toMatchObject({
        data: { event_count: 3, digest: chain(lines.slice(0, 2)).toString('hex') },
      });
      expect(await room.session(run)).toMatchObject({
        status,
        finished_at: new Date(AT_MS),
        failure_code: failure?.code ?? null,
        failure_detail: failure?.detail ?? null,
        recoverable: failure?.recoverable ?? false,
        digest: chain(lines),
      });
      expect(await room.run(run)).toMatchObject({ state: 'idle', worker: null, queued_at: null });
    },
  );

  it('is not a pause, which frees the run all the same', async () => {
    const run = await room.running();
    await append(run, EMPTY_LOG, { events: [{ type: 'paused', data: {} }], place: { status: 'paused' } });
    expect(await room.session(run)).toMatchObject({ status: 'paused', finished_at: null });
    expect(await room.run(run)).toMatchObject({ state: 'idle' });
  });
});

describe('a writer', () => {
  it('with an older fence writes nothing', async () => {
    const run = await room.running();
    expect(await append({ ...run, fence: run.fence - 1 }, EMPTY_LOG)).toEqual({ outcome: 'fenced', wanted: null });
    expect(await append({ ...run, fence: run.fence + 1 }, EMPTY_LOG)).toMatchObject({ outcome: 'fenced' });
    expect(await room.events(run)).toEqual([]);
  });

  it('that thinks the log ends elsewhere writes nothing, on either side', async () => {
    const run = await room.running();
    const end = endOf(await append(run, EMPTY_LOG));
    expect(await append(run, EMPTY_LOG)).toMatchObject({ outcome: 'moved' });
    expect(await append(run, { ...end, sequence: 2 })).toMatchObject({ outcome: 'moved' });
    expect(await room.events(run)).toHaveLength(1);
  });

  it('of a session that is gone, or of another tenant, is fenced', async () => {
    const run = await room.running();
    expect(await append({ ...run, tenantId: randomUUID() }, EMPTY_LOG)).toEqual({ outcome: 'fenced', wanted: null });
    expect(await append({ ...run, sessionId: randomUUID() }, EMPTY_LOG)).toMatchObject({ outcome: 'fenced' });
  });

  it('learns what is wanted, and can end a session that is to be cancelled in no other way', async () => {
    const run = await room.running();
    await room.owner.query(`UPDATE sessions SET wanted = 'cancel' WHERE id = $1`, [run.sessionId]);
    const first = await append(run, EMPTY_LOG);
    expect(first).toMatchObject({ outcome: 'appended', wanted: 'cancel' });
    const failure = { code: 'stalled', detail: null, recoverable: true };
    for (const place of [{ status: 'completed' }, { status: 'paused' }, { status: 'failed', failure }])
      expect(await append(run, endOf(first), { place })).toEqual({ outcome: 'cancel_wanted', wanted: 'cancel' });
    expect(await room.events(run)).toHaveLength(1);
    const end = { events: [{ type: 'cancelled', data: {} }], place: { status: 'cancelled' } };
    expect(await append(run, endOf(first), end)).toMatchObject({ outcome: 'appended', wanted: null });
  });

  it('may complete a session that is to be paused', async () => {
    const run = await room.running();
    await room.owner.query(`UPDATE sessions SET wanted = 'pause' WHERE id = $1`, [run.sessionId]);
    expect(await append(run, EMPTY_LOG, { place: { status: 'completed' } })).toMatchObject({ outcome: 'appended' });
    expect(await room.session(run)).toMatchObject({ status: 'completed', wanted: null });
  });
});

describe('twenty writers of one session at once', () => {
  it('leave a log without a hole, a repeat or a break in its chain', async () => {
    const run = await room.running();
    const write = async (writer: number) => {
      for (let nth = 0; nth < 5; nth++) {
        const entry = { events: [said(`${writer}.${nth}`), said('and')], calls: [call(`${writer}/${nth}`)] };
        for (let outcome: AppendOutcome | undefined; outcome?.outcome !== 'appended';) {
          const head = await room.log.head(run);
          outcome = await append(run, head?.end ?? EMPTY_LOG, entry);
        }
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
    const stored = await room.events(run);
    expect(stored.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(new Set(stored.map(({ data }) => data)).size).toBe(200);
    expect(await room.session(run)).toMatchObject({
      last_sequence: 200,
      calls: 100,
      digest: chain(stored.map(({ data }) => data)),
    });
  });
});
