import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import {
  badRequest,
  contentFilter,
  contextTooLong,
  emptyContent,
  ok,
  resetBeforeHead,
  serverError,
  unauthorized,
} from '../support/fake-provider/index.js';
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

describe('a seat whose whole chain fails', () => {
  test('is absent from then on, and the council ends without it', async () => {
    const council = double;
    council.meet(/seat-2$/, badRequest());
    const id = await council.create({ seats: 3, max_rounds: 2 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed', failure: null });
    const log = await council.log(id);
    expectSoundLog(log);
    expect(said(log, 'seat_absent')).toEqual([{ seat: 'seat-2', code: 'provider_request_failed' }]);
    const { degraded, seats, ranking } = await council.result(id);
    expect(degraded).toBe(true);
    expect(ranking.map(({ seat }) => seat)).toEqual(['seat-1', 'seat-3']);
    expect(seats[1]).toMatchObject({ rounds: [], voted: false, absent: 'provider_request_failed' });
    const asked = Object.entries(council.calls(id)).filter(([key]) => key.endsWith('seat-2'));
    // Once at each provider, in the first round, and never again.
    expect(asked).toEqual([['round-1/seat-2', 2]]);
  });

  test.each([
    ['refuses on grounds of content', contentFilter(), 'content_filtered', 1],
    ['says that it cannot help', contentFilter('refusal'), 'content_filtered', 1],
    ['takes no such long request', contextTooLong(), 'context_length_exceeded', 1],
    ['knows no such key', unauthorized(), 'provider_request_failed', 1],
    ['says nothing', emptyContent(), 'provider_invalid_response', 3],
    ['fails', serverError(), 'provider_unavailable', 3],
    ['hangs up', resetBeforeHead(), 'provider_unavailable', 3],
  ])('tells why when the provider %s', async (_name, behaviour, code, attempts) => {
    const council = single;
    council.meet(/^round-1\/seat-3$/, behaviour);
    const id = await council.create({ seats: 3, max_rounds: 1 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expect(said(await council.log(id), 'seat_absent')).toEqual([{ seat: 'seat-3', code }]);
    expect(council.calls(id)['round-1/seat-3']).toBe(attempts);
  });

  test('in the vote is ranked all the same', async () => {
    const council = single;
    council.meet(/^vote\/seat-1$/, badRequest());
    const id = await council.create({ seats: 3, max_rounds: 1 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    const { degraded, ranking, seats } = await council.result(id);
    expect(degraded).toBe(true);
    expect(ranking.map(({ seat }) => seat)).toEqual(['seat-1', 'seat-2', 'seat-3']);
    expect(seats[0]).toMatchObject({ rounds: [1], voted: false, absent: 'provider_request_failed' });
  });

  test('is no loss when it is the facilitator: the discussion goes on', async () => {
    const council = single;
    council.meet(/facilitator$/, ok({ score: 1, novelty: 0 }));
    council.meet(/^round-2\/facilitator$/, badRequest());
    const id = await council.create({ seats: 2, max_rounds: 4 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed', round: 3 });
    expect(said(await council.log(id), 'convergence').map(({ round }) => round)).toEqual([3]);
    expect((await council.result(id)).degraded).toBe(false);
  });

  test('speaks again through the next provider of the chain', async () => {
    const council = double;
    council.meet(/./, serverError(), [council.a]);
    const id = await council.create({ seats: 3, max_rounds: 2 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    expect(said(await council.log(id), 'seat_absent')).toEqual([]);
    expect((await council.result(id)).degraded).toBe(false);
    for (const [key, count] of council.b.callsByKey()) if (key.startsWith(id)) expect(count).toBe(1);
  });
});

describe('a council of which only the quorum is left', () => {
  test('ends', async () => {
    const council = single;
    council.meet(/seat-[45]$/, badRequest());
    const id = await council.create({ seats: 5, max_rounds: 2 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    const { degraded, ranking } = await council.result(id);
    expect(degraded).toBe(true);
    expect(ranking.map(({ seat }) => seat)).toEqual(['seat-1', 'seat-2', 'seat-3']);
  });

  test('of one seat ends without a vote', async () => {
    const council = single;
    council.meet(/seat-[2-5]$/, badRequest());
    const id = await council.create({ seats: 5, max_rounds: 2, quorum: 1 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed' });
    const types = typesOf(await council.log(id));
    expect(types.filter((type) => type === 'vote')).toEqual([]);
    expect(types.filter((type) => type === 'seat_absent')).toHaveLength(4);
    expect((await council.result(id)).ranking.map(({ seat }) => seat)).toEqual(['seat-1']);
  });
});
