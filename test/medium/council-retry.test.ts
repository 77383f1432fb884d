import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import { badRequest, contentFilter } from '../support/fake-provider/index.js';
import { expectSoundLog, said, typesOf } from '../support/session-log.js';

/** In front of one provider, and of two. */
let single: CouncilApp;
let double: CouncilApp;
beforeAll(async () => {
  [single, double] = [await CouncilApp.start(), await CouncilApp.start({ both: true })];
});
afterEach(() => {
  single.heal();
  double.heal();
});
afterAll(async () => {
  await Promise.all([single.close(), double.close()]);
});

/** Keys that were asked more than once. */
const repeated = (calls: Readonly<Record<string, number>>) =>
  Object.entries(calls).flatMap(([key, count]) => (count > 1 ? [key] : []));

describe('a council that has lost its quorum', () => {
  test('fails, and a retry asks the missing seats and no others', async () => {
    const council = single;
    council.meet(/seat-[345]$/, badRequest());
    const id = await council.create({ seats: 5, max_rounds: 2 });
    expect(await council.ended(id)).toMatchObject({
      status: 'failed',
      recoverable: true,
      attempt: 1,
      failure: { code: 'quorum_lost', detail: '2 of 5 seats are present, and the quorum is 3.' },
    });
    const first = await council.log(id);
    expectSoundLog(first);
    expect(said(first, 'error')).toMatchObject([{ code: 'quorum_lost', recoverable: true }]);
    expect((await council.api.get(`/v1/sessions/${id}/result`)).body).toMatchObject({ code: 'not_completed' });

    council.heal();
    const { status, body } = await council.control(id, 'retry');
    expect({ status, body }).toMatchObject({ status: 202, body: { action: 'retry', status: 'queued' } });
    expect(await council.ended(id)).toMatchObject({ status: 'completed', attempt: 2, failure: null });
    const log = await council.log(id);
    expectSoundLog(log);
    expect(log.slice(0, first.length)).toEqual(first);
    expect(log[first.length]).toMatchObject({ type: 'retried', data: { attempt: 2 } });
    expect(new Set(said(log, 'attempt_superseded'))).toEqual(
      new Set(['seat-3', 'seat-4', 'seat-5'].map((seat) => ({ seat, from: 1, to: 2 }))),
    );
    for (const [index, { type, data }] of log.entries())
      if (type === 'attempt_superseded')
        expect(log[index + 1]).toMatchObject({ type: 'contribution', data: { seat: data.seat } });
    expect(repeated(council.calls(id))).toEqual(['round-1/seat-3', 'round-1/seat-4', 'round-1/seat-5']);
    expect((await council.result(id)).degraded).toBe(false);
  });

  test('later on does not hear again in old rounds who was absent in them', async () => {
    const council = single;
    council.meet(/^round-1\/seat-5$/, badRequest());
    council.meet(/^round-2\/seat-[234]$/, badRequest());
    const id = await council.create({ seats: 5, max_rounds: 2 });
    expect(await council.ended(id)).toMatchObject({ status: 'failed', failure: { code: 'quorum_lost' } });
    council.heal();
    await council.control(id, 'retry');
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    const { degraded, seats } = await council.result(id);
    expect(degraded).toBe(true);
    expect(seats.map(({ rounds }) => rounds)).toEqual([[1, 2], [1, 2], [1, 2], [1, 2], [2]]);
    expect(council.calls(id)['round-1/seat-5']).toBe(1);
    expectSoundLog(await council.log(id));
  });

  test('again and again goes on in the same log', async () => {
    const council = single;
    council.meet(/seat-2$/, badRequest());
    const id = await council.create({ seats: 2, max_rounds: 1 });
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(await council.ended(id)).toMatchObject({ status: 'failed', attempt });
      await council.control(id, 'retry');
    }
    await council.ended(id);
    council.heal();
    await council.control(id, 'retry');
    expect(await council.ended(id)).toMatchObject({ status: 'completed', attempt: 5 });
    const log = await council.log(id);
    expectSoundLog(log);
    expect(typesOf(log).filter((type) => type === 'error')).toHaveLength(4);
    expect(said(log, 'attempt_superseded')).toEqual([{ seat: 'seat-2', from: 4, to: 5 }]);
  });

  test('in the vote has its missing votes cast by a retry', async () => {
    const council = single;
    council.meet(/^vote\/seat-[23]$/, badRequest());
    const id = await council.create({ seats: 3, max_rounds: 1 });
    expect(await council.ended(id)).toMatchObject({ status: 'failed', failure: { code: 'quorum_lost' } });
    council.heal();
    await council.control(id, 'retry');
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expect(repeated(council.calls(id))).toEqual(['vote/seat-2', 'vote/seat-3']);
    expect((await council.result(id)).seats.every(({ voted }) => voted)).toBe(true);
  });
});

describe.each(['frame', 'synthesis', 'plan'])('without an answer to "%s" a council', (key) => {
  test('fails at once when no wait would help, and can be retried', async () => {
    const council = double;
    council.meet(new RegExp(`^${key}$`), badRequest());
    const id = await council.create({ seats: 2, max_rounds: 1 });
    expect(await council.ended(id)).toMatchObject({
      status: 'failed',
      recoverable: true,
      failure: { code: 'providers_failed', detail: expect.stringContaining(`"${key}"`) },
    });
    expect(council.calls(id)[key]).toBe(2);
    council.heal();
    await council.control(id, 'retry');
    expect(await council.ended(id)).toMatchObject({ status: 'completed', attempt: 2 });
    expectSoundLog(await council.log(id));
    expect(repeated(council.calls(id))).toEqual([key]);
  });

  test('fails for good when the content is refused', async () => {
    const council = double;
    council.meet(new RegExp(`^${key}$`), contentFilter());
    const id = await council.create({ seats: 2, max_rounds: 1 });
    expect(await council.ended(id)).toMatchObject({
      status: 'failed',
      recoverable: false,
      failure: { code: 'content_filtered' },
    });
    expect(council.calls(id)[key]).toBe(1);
    const { status, body } = await council.control(id, 'retry');
    expect({ status, body }).toMatchObject({ status: 410, body: { code: 'gone' } });
    const log = await council.log(id);
    expectSoundLog(log);
    expect(said(log, 'error')).toMatchObject([{ code: 'content_filtered', recoverable: false }]);
  });
});

test('two retries at once begin one attempt', async () => {
  const council = single;
  council.meet(/^frame$/, badRequest());
  const id = await council.create({ seats: 2, max_rounds: 1 });
  await council.ended(id);
  council.heal();
  const answers = await Promise.all(Array.from({ length: 8 }, () => council.control(id, 'retry')));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  expect(await council.ended(id)).toMatchObject({ status: 'completed', attempt: 2 });
  expect(said(await council.log(id), 'retried')).toEqual([{ attempt: 2 }]);
});
