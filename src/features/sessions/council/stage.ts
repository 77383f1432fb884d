import { contributionCall, facilitatorCall, FRAME, PLAN, SYNTHESIS, voteCall, type CallSpec } from './calls.js';
import type { CouncilSpec, Seat, SeatId } from './spec.js';
import { contributionsOf, type CouncilState } from './state.js';

/** Before this round there is nothing to compare. */
const FIRST_JUDGED_ROUND = 2;

export type Stage = 'frame' | 'seat' | 'round' | 'vote' | 'synthesise' | 'plan' | 'complete';

/** Where a council stands. Of the stage `round`, {@link CouncilState.round} tells which. */
export function stageOf(state: CouncilState): Stage {
  if (state.framing === null) return 'frame';
  if (state.round === 0) return 'seat';
  if (!state.voting) return 'round';
  if (state.ranking === null) return 'vote';
  if (state.synthesis === null) return 'synthesise';
  return state.actions === null ? 'plan' : 'complete';
}

/** An absence counts for the attempt in which it happened. */
export function isAbsent({ absences, attempt }: CouncilState, seat: SeatId): boolean {
  return absences.get(seat)?.attempt === attempt;
}

/** The seats that stand for election: those that spoke in the last round. */
export function candidatesOf({ seats }: CouncilSpec, state: CouncilState): readonly Seat[] {
  const texts = contributionsOf(state, state.round);
  return seats.filter(({ seat }) => texts.has(seat));
}

/** The present seats of the stage. A seat that has not spoken in the last round does not vote either. */
function membersOf(spec: CouncilSpec, state: CouncilState): readonly Seat[] {
  const seats = state.voting ? candidatesOf(spec, state) : spec.seats;
  return seats.filter(({ seat }) => !isAbsent(state, seat));
}

/** Why the council cannot go on; undefined when it can. Only rounds and votes need a quorum. */
export function quorumFault(spec: CouncilSpec, state: CouncilState): string | undefined {
  const stage = stageOf(state);
  if ((stage !== 'round' && stage !== 'vote') || isBetweenRounds(state)) return undefined;
  const present = membersOf(spec, state).length;
  if (present >= spec.quorum) return undefined;
  return `${present} of ${spec.seats.length} seats are present, and the quorum is ${spec.quorum}.`;
}

/** The round has ended, and neither the next one nor the vote has begun. */
export function isBetweenRounds({ round, completedRound, voting }: CouncilState): boolean {
  return !voting && round > 0 && completedRound === round;
}

/** The calls whose answers the stage still needs, whether or not the quorum holds. */
export function missingCalls(spec: CouncilSpec, state: CouncilState): readonly CallSpec[] {
  const stage = stageOf(state);
  switch (stage) {
    case 'frame':
      return [FRAME];
    case 'round':
      return isBetweenRounds(state) ? [] : missingInRound(spec, state);
    case 'vote':
      return missingVotes(spec, state);
    case 'synthesise':
      return [SYNTHESIS];
    case 'plan':
      return [PLAN];
    case 'seat':
    case 'complete':
      return [];
    default:
      return stage satisfies never;
  }
}

function missingInRound(spec: CouncilSpec, state: CouncilState): readonly CallSpec[] {
  const { round, convergence } = state;
  const texts = contributionsOf(state, round);
  const silent = membersOf(spec, state).filter(({ seat }) => !texts.has(seat));
  if (silent.length > 0) return silent.map(({ seat }) => contributionCall(round, seat));
  const isJudged = round >= FIRST_JUDGED_ROUND && round < spec.maxRounds;
  return isJudged && convergence?.round !== round ? [facilitatorCall(round)] : [];
}

/** A single candidate is not voted on: it would be its only voter. */
function missingVotes(spec: CouncilSpec, state: CouncilState): readonly CallSpec[] {
  if (candidatesOf(spec, state).length < 2) return [];
  return membersOf(spec, state)
    .filter(({ seat }) => !state.votes.has(seat))
    .map(({ seat }) => voteCall(seat));
}
