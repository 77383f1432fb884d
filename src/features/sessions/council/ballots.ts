import type { SeatId } from './spec.js';

/** A voter's order of the others, the best first. Those that it leaves out share the places at its end. */
export interface Ballot {
  readonly voter: SeatId;
  readonly ranking: readonly SeatId[];
}

export interface Standing {
  readonly seat: SeatId;
  /** Mean place on the ballots of the others, to two decimals: from 1, lower is better. */
  readonly meanRank: number;
}

/**
 * The candidates by mean place, the best first; ties go to the earlier one. A candidate on no ballot (only it has voted) comes
 * last, with a place behind all of them.
 */
export function tally(candidates: readonly SeatId[], ballots: readonly Ballot[]): readonly Standing[] {
  const places = ballots.map((ballot) => placesOn(ballot, candidates));
  return candidates
    .map((seat) => ({
      seat,
      meanRank: twoDecimals(
        mean(
          places.flatMap((on) => on.get(seat) ?? []),
          candidates.length,
        ),
      ),
    }))
    .toSorted((one, other) => one.meanRank - other.meanRank);
}

/**
 * How far the ballots agree, 0 to 1 with two decimals: Kendall's coefficient of concordance W for incomplete rankings (Durbin,
 * Incomplete blocks in ranking experiments, 1951), since no ballot holds its own voter.
 *
 * W = S / S*, where S is the sum, over the candidates, of the squares of the sums of their deviations from the middle of each
 * ballot, and S* is the same for ballots that all follow the final order. When every candidate votes, S* is Durbin's
 * λ²n(n²−1)/12. Ballots that could not differ (two candidates, one voter) agree: 1. Where there was a choice and no voter made
 * one, nothing is agreed on: 0.
 */
export function consensusOf(candidates: readonly SeatId[], ballots: readonly Ballot[]): number {
  const isOpen = candidates.length > 2 && ballots.length > 0;
  if (isOpen && ballots.every((ballot) => othersOn(ballot, candidates).named.length === 0)) return 0;
  const order = tally(candidates, ballots).map(({ seat }) => seat);
  const agreeing = ballots.map(({ voter, ranking }) => {
    const named = othersOn({ voter, ranking }, candidates).named.length;
    return { voter, ranking: order.filter((seat) => seat !== voter).slice(0, named) };
  });
  const most = dispersion(candidates, agreeing);
  return most === 0 ? 1 : twoDecimals(Math.min(1, dispersion(candidates, ballots) / most));
}

function dispersion(candidates: readonly SeatId[], ballots: readonly Ballot[]): number {
  // Of the places 1 to n − 1: a voter is a candidate, and not on its own ballot.
  const middle = candidates.length / 2;
  const places = ballots.map((ballot) => placesOn(ballot, candidates));
  const sums = candidates.map((seat) => places.reduce((sum, on) => sum + (on.get(seat) ?? middle) - middle, 0));
  return sums.reduce((total, sum) => total + sum * sum, 0);
}

/** The place of each of the others: their position, and for those left out the mean of the positions that remain. */
function placesOn(ballot: Ballot, candidates: readonly SeatId[]): ReadonlyMap<SeatId, number> {
  const { named, unnamed } = othersOn(ballot, candidates);
  const shared = named.length + (unnamed.length + 1) / 2;
  return new Map([
    ...named.map((seat, index) => [seat, index + 1] as const),
    ...unnamed.map((seat) => [seat, shared] as const),
  ]);
}

function othersOn({ voter, ranking }: Ballot, candidates: readonly SeatId[]) {
  const others = candidates.filter((seat) => seat !== voter);
  const named = [...new Set(ranking)].filter((seat) => others.includes(seat));
  return { named, unnamed: others.filter((seat) => !named.includes(seat)) };
}

function mean(values: readonly number[], ofNone: number): number {
  return values.length === 0 ? ofNone : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function twoDecimals(value: number): number {
  return Math.round(value * 100) / 100;
}
