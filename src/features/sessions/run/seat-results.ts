import type { SeatResult } from '../../../journal/session-write.js';
import { ballotsOf } from '../council/progress.js';
import type { CouncilSpec } from '../council/spec.js';
import type { CouncilState } from '../council/state.js';

/** How the seats came out of the vote, for the league. */
export function seatResults(spec: CouncilSpec, state: CouncilState): readonly SeatResult[] {
  const ballots = ballotsOf(spec, state);
  const ranking = state.ranking ?? [];
  return ranking.map(({ seat, persona, model, mean_rank }, place) => {
    const votes = ballots.filter((ballot) => ballot.ranking.includes(seat)).length;
    return { seat, persona, model, meanRank: votes === 0 ? null : mean_rank, votes, won: place === 0 && votes > 0 };
  });
}
