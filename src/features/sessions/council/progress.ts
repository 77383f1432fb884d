import { tally, type Ballot } from './ballots.js';
import type { CouncilEvent, RankedSeat } from './events.js';
import type { CouncilSpec, SeatId } from './spec.js';
import { candidatesOf, isBetweenRounds, missingCalls, quorumFault, stageOf } from './stage.js';
import { advance, type CouncilState } from './state.js';

/** Events, and all that follows from them until the next answer of a model is needed. */
export function withConsequences(
  spec: CouncilSpec,
  state: CouncilState,
  events: readonly CouncilEvent[],
): readonly CouncilEvent[] {
  const all = [...events];
  let reached = advance(state, events);
  for (let event = consequence(spec, reached); event !== undefined; event = consequence(spec, reached)) {
    all.push(event);
    reached = advance(reached, [event]);
  }
  return all;
}

/** The one event that is due without a further answer, if there is one. */
function consequence(spec: CouncilSpec, state: CouncilState): CouncilEvent | undefined {
  const stage = stageOf(state);
  switch (stage) {
    case 'seat': {
      const next = spec.seats.find(({ seat }) => !state.seated.includes(seat));
      return next === undefined ? roundStarted(1) : { type: 'seat_selected', data: seatData(spec, next.seat) };
    }
    case 'round':
      if (isBetweenRounds(state)) return afterRound(spec, state);
      return isDone(spec, state) ? { type: 'round_complete', data: { round: state.round } } : undefined;
    case 'vote':
      return isDone(spec, state) ? { type: 'voting_complete', data: { ranking: rankingOf(spec, state) } } : undefined;
    case 'frame':
    case 'synthesise':
    case 'plan':
    case 'complete':
      return undefined;
    default:
      return stage satisfies never;
  }
}

function isDone(spec: CouncilSpec, state: CouncilState): boolean {
  return missingCalls(spec, state).length === 0 && quorumFault(spec, state) === undefined;
}

function afterRound({ maxRounds }: CouncilSpec, { round, convergence }: CouncilState): CouncilEvent {
  const isStopped = convergence?.round === round && convergence.stop;
  return isStopped || round >= maxRounds ? { type: 'voting_started', data: {} } : roundStarted(round + 1);
}

function roundStarted(round: number): CouncilEvent {
  return { type: 'round_started', data: { round } };
}

function rankingOf(spec: CouncilSpec, state: CouncilState): readonly RankedSeat[] {
  const standings = tally(candidateIds(spec, state), ballotsOf(spec, state));
  return standings.map(({ seat, meanRank }) => ({ ...seatData(spec, seat), mean_rank: meanRank }));
}

export function candidateIds(spec: CouncilSpec, state: CouncilState): readonly SeatId[] {
  return candidatesOf(spec, state).map(({ seat }) => seat);
}

/** The votes in the order of the seats, whatever the order in which they came. */
export function ballotsOf(spec: CouncilSpec, { votes }: CouncilState): readonly Ballot[] {
  return spec.seats.flatMap(({ seat }) => {
    const ranking = votes.get(seat);
    return ranking === undefined ? [] : [{ voter: seat, ranking }];
  });
}

function seatData({ seats }: CouncilSpec, seat: SeatId) {
  const { persona = '', model = '' } = seats.find((one) => one.seat === seat) ?? {};
  return { seat, persona, model };
}
