import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consensusOf, tally, type Ballot } from './ballots.js';

function seats(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `seat-${index + 1}`);
}

/** What each of the voters says when all follow one order. */
function following(order: readonly string[], voters: readonly string[]): readonly Ballot[] {
  return voters.map((voter) => ({ voter, ranking: order.filter((seat) => seat !== voter) }));
}

const council = fc.integer({ min: 2, max: 9 }).chain((size) =>
  fc.record({
    candidates: fc.constant(seats(size)),
    voters: fc.subarray([...seats(size)], { minLength: 1 }),
    order: fc.shuffledSubarray([...seats(size)], { minLength: size }),
  }),
);
const election = council.chain(({ candidates, voters }) =>
  fc.record({
    candidates: fc.constant(candidates),
    ballots: fc.tuple(
      ...voters.map((voter) =>
        fc
          .shuffledSubarray(
            candidates.filter((seat) => seat !== voter),
            { minLength: 1 },
          )
          .map((ranking): Ballot => ({ voter, ranking })),
      ),
    ),
  }),
);

describe('the tally', () => {
  it('is the mean place on the ballots of the others, to two decimals, the best first', () => {
    const ballots = [
      { voter: 'seat-1', ranking: ['seat-4', 'seat-3', 'seat-2'] },
      { voter: 'seat-2', ranking: ['seat-4', 'seat-1', 'seat-3'] },
      { voter: 'seat-3', ranking: ['seat-1', 'seat-4', 'seat-2'] },
      { voter: 'seat-4', ranking: ['seat-3', 'seat-1', 'seat-2'] },
    ];
    expect(tally(seats(4), ballots)).toEqual([
      { seat: 'seat-4', meanRank: 1.33 },
      { seat: 'seat-1', meanRank: 1.67 },
      { seat: 'seat-3', meanRank: 2 },
      { seat: 'seat-2', meanRank: 3 },
    ]);
  });

  it('gives those that a ballot leaves out the mean of its last places', () => {
    const [first, ...rest] = tally(seats(4), [{ voter: 'seat-1', ranking: ['seat-3'] }]);
    expect(first).toEqual({ seat: 'seat-3', meanRank: 1 });
    expect(rest).toEqual([
      { seat: 'seat-2', meanRank: 2.5 },
      { seat: 'seat-4', meanRank: 2.5 },
      // Nobody else was there to rank it.
      { seat: 'seat-1', meanRank: 4 },
    ]);
  });

  it('does not count what cannot be on a ballot', () => {
    const odd = { voter: 'seat-1', ranking: ['seat-1', 'seat-9', 'seat-2', 'seat-2', 'seat-3'] };
    expect(tally(seats(3), [odd])).toEqual(tally(seats(3), [{ voter: 'seat-1', ranking: ['seat-2', 'seat-3'] }]));
  });

  it('does not depend on the order of the votes, and leaves nobody out', () => {
    fc.assert(
      fc.property(election, ({ candidates, ballots }) => {
        const standings = tally(candidates, ballots);
        expect(standings).toEqual(tally(candidates, ballots.toReversed()));
        expect(standings.map(({ seat }) => seat).toSorted()).toEqual(candidates);
        for (const { meanRank } of standings) expect(meanRank).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('the consensus', () => {
  it('is 1 when all follow one order, whoever of them votes', () => {
    fc.assert(
      fc.property(council, ({ candidates, voters, order }) => {
        expect(consensusOf(candidates, following(order, voters))).toBe(1);
      }),
    );
  });

  it('is a share with two decimals, whatever the votes', () => {
    fc.assert(
      fc.property(election, ({ candidates, ballots }) => {
        const consensus = consensusOf(candidates, ballots);
        expect(consensus).toBeGreaterThanOrEqual(0);
        expect(consensus).toBeLessThanOrEqual(1);
        expect(Math.round(consensus * 100) / 100).toBe(consensus);
      }),
    );
  });

  it('is Durbin’s coefficient when everybody votes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 9 }).chain((size) =>
          fc.tuple(
            ...seats(size).map((voter) => {
              const others = seats(size).filter((seat) => seat !== voter);
              return fc
                .shuffledSubarray(others, { minLength: size - 1 })
                .map((ranking): Ballot => ({ voter, ranking }));
            }),
          ),
        ),
        (ballots) => {
          const n = ballots.length;
          // Each is ranked r times, each pair λ times, on ballots of k places.
          const [r, k, lambda] = [n - 1, n - 1, n - 2];
          const sums = seats(n).map((seat) => ballots.reduce((sum, { ranking }) => sum + ranking.indexOf(seat) + 1, 0));
          const squares = sums.reduce((total, sum) => total + sum * sum, 0);
          const w = (12 * squares - 3 * r ** 2 * n * (k + 1) ** 2) / (lambda ** 2 * n * (n ** 2 - 1));
          expect(Math.abs(consensusOf(seats(n), ballots) - w)).toBeLessThan(0.0051);
        },
      ),
    );
  });

  it('is 0 where three voters go round in a circle, and 1 where nobody could differ', () => {
    const circle = [
      { voter: 'seat-1', ranking: ['seat-2', 'seat-3'] },
      { voter: 'seat-2', ranking: ['seat-3', 'seat-1'] },
      { voter: 'seat-3', ranking: ['seat-1', 'seat-2'] },
    ];
    expect(consensusOf(seats(3), circle)).toBe(0);
    expect(consensusOf(seats(2), following(seats(2), seats(2)))).toBe(1);
    expect(consensusOf(seats(5), following(seats(5), ['seat-3']))).toBe(1);
    expect(consensusOf(seats(1), [])).toBe(1);
  });

  it('is 0 where all could choose and nobody did', () => {
    const abstaining = (n: number) => seats(n).map((voter) => ({ voter, ranking: [] }));
    expect(consensusOf(seats(3), abstaining(3))).toBe(0);
    expect(consensusOf(seats(5), abstaining(1))).toBe(0);
    expect(consensusOf(seats(2), abstaining(2))).toBe(1);
    expect(tally(seats(3), abstaining(3)).map(({ meanRank }) => meanRank)).toEqual([1.5, 1.5, 1.5]);
  });
});
