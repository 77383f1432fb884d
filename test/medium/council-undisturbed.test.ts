import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import { keyOf, pointOf } from '../support/council-answers.js';
import { ok, type FakeProvider } from '../support/fake-provider/index.js';
import { expectSoundLog, said, typesOf } from '../support/session-log.js';

let council: CouncilApp;
beforeAll(async () => void (council = await CouncilApp.start()));
afterEach(() => council.heal());
afterAll(() => council.close());

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const seatsTo = (count: number) => Array.from({ length: count }, (_, index) => `seat-${index + 1}`);

/** What a council asks in so many rounds, of which the facilitator judges all but the first and, if they are all, the last. */
function keysOf(seats: number, rounds: number, most: number): string[] {
  const voices = seatsTo(seats);
  const inRound = (round: number) => [
    ...voices.map((seat) => `round-${round}/${seat}`),
    ...(round > 1 && round < most ? [`round-${round}/facilitator`] : []),
  ];
  const discussed = Array.from({ length: rounds }, (_, index) => inRound(index + 1)).flat();
  return ['frame', ...discussed, ...voices.map((seat) => `vote/${seat}`), 'synthesis', 'plan'];
}

const onceEach = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, 1]));

describe('a session that nothing disturbs', () => {
  test('goes through its stages in the order of the contract', async () => {
    const id = await council.create({ seats: 3, max_rounds: 3 });
    expect(await council.ended(id)).toMatchObject({
      status: 'completed',
      stage: 'complete',
      round: 3,
      failure: null,
      recoverable: false,
      usage: { calls: 16 },
    });
    const log = await council.log(id);
    expectSoundLog(log);
    expect(typesOf(log)).toEqual([
      'session_started',
      'framing_complete',
      ...times(3, 'seat_selected'),
      'round_started',
      ...times(3, 'contribution'),
      'round_complete',
      'round_started',
      ...times(3, 'contribution'),
      'convergence',
      'round_complete',
      'round_started',
      ...times(3, 'contribution'),
      'round_complete',
      'voting_started',
      ...times(3, 'vote'),
      'voting_complete',
      'synthesis_complete',
      'actions_planned',
      'complete',
    ]);
    expect(said(log, 'round_started')).toEqual([{ round: 1 }, { round: 2 }, { round: 3 }]);
    expect(said(log, 'seat_selected').map(({ seat }) => seat)).toEqual(seatsTo(3));
  });

  test('asks each provider once for each key, which the request names', async () => {
    const ids = [
      await council.create({ seats: 3, max_rounds: 3 }),
      await council.create({ seats: 4, max_rounds: 2 }),
    ] as const;
    for (const id of ids) await council.ended(id);
    expect(council.calls(ids[0])).toEqual(onceEach(keysOf(3, 3, 3)));
    expect(council.calls(ids[1])).toEqual(onceEach(keysOf(4, 2, 2)));
    expect(council.a.calls.filter((call) => keyOf(call) === undefined)).toEqual([]);
  });

  test('ends with what all have said', async () => {
    const id = await council.create({ seats: 3, max_rounds: 2 });
    await council.ended(id);
    const result = await council.result(id);
    expect(result).toMatchObject({ session_id: id, consensus: 1, degraded: false });
    expect(result.ranking.map(({ seat }) => seat)).toEqual(seatsTo(3));
    expect(result.seats.map(({ rounds, voted, absent }) => ({ rounds, voted, absent }))).toEqual(
      times(3, { rounds: [1, 2], voted: true, absent: null }),
    );
    const [first, second, third] = result.actions;
    expect(third?.depends_on).toEqual([first?.id, second?.id]);
    const texts = said(await council.log(id), 'contribution').map(({ text }) => String(text));
    expect(texts.toSorted()).toEqual(seatsTo(3).flatMap((seat) => [pointOf(seat, 1), pointOf(seat, 2)]));
  });

  test('lists its log byte for byte as it is stored', async () => {
    const id = await council.create({ seats: 2, max_rounds: 1 });
    await council.ended(id);
    const { text } = await council.api.get(`/v1/sessions/${id}/events`);
    const stored = (await council.log(id)).map((entry) => entry.text);
    expect(text).toBe(`{"data":[${stored.join(',')}],"next_cursor":null}`);
  });
});

test('seats are spread over the chain, and each asks its own provider first', async () => {
  const chain = await CouncilApp.start({ both: true });
  try {
    const id = await chain.create({ seats: 5, max_rounds: 2 });
    await chain.ended(id);
    const { seats } = (await chain.session(id)).council;
    expect(seats.map(({ model }) => model)).toEqual(['a/m', 'b/m', 'a/m', 'b/m', 'a/m']);
    const asked = ({ calls }: FakeProvider) =>
      new Set(calls.flatMap((call) => /seat-\d/.exec(keyOf(call) ?? '')?.[0] ?? []));
    expect(asked(chain.a)).toEqual(new Set(['seat-1', 'seat-3', 'seat-5']));
    expect(asked(chain.b)).toEqual(new Set(['seat-2', 'seat-4']));
    expect(chain.calls(id)).toEqual(onceEach(keysOf(5, 2, 2)));
  } finally {
    await chain.close();
  }
});

describe('the discussion', () => {
  test.each([
    { score: 0.86, novelty: 0.29, rounds: 2 },
    { score: 0.85, novelty: 0.29, rounds: 4 },
    { score: 0.86, novelty: 0.3, rounds: 4 },
    { score: 0.85, novelty: 0.3, rounds: 4 },
    { score: 1, novelty: 0, rounds: 2 },
    { score: 0, novelty: 1, rounds: 4 },
  ])('of a score of $score and a novelty of $novelty ends after round $rounds', async ({ rounds, ...judged }) => {
    council.meet(/facilitator$/, ok(judged));
    const id = await council.create({ seats: 2, max_rounds: 4 });
    expect(await council.ended(id)).toMatchObject({ status: 'completed', round: rounds });
    expect(council.calls(id)).toEqual(onceEach(keysOf(2, rounds, 4)));
    const stops = said(await council.log(id), 'convergence').map(({ stop }) => stop);
    expect(stops).toEqual(rounds === 2 ? [true] : [false, false]);
  });

  test.each([
    { seats: 2, rounds: 1 },
    { seats: 9, rounds: 1 },
    { seats: 2, rounds: 6 },
    { seats: 9, rounds: 6 },
  ])('of $seats seats may take $rounds rounds', async ({ seats, rounds }) => {
    const id = await council.create({ seats, max_rounds: rounds });
    expect(await council.ended(id)).toMatchObject({ status: 'completed', round: rounds });
    expectSoundLog(await council.log(id));
    expect(council.calls(id)).toEqual(onceEach(keysOf(seats, rounds, rounds)));
    expect((await council.result(id)).ranking).toHaveLength(seats);
  });
});
