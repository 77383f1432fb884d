import type { PlannedAction, RankedSeat } from './events.js';
import type { CouncilSpec, Seat } from './spec.js';
import type { CouncilState } from './state.js';

/** What a seat took part in. */
export interface SeatRecord extends Seat {
  /** The rounds in which it spoke. */
  readonly rounds: readonly number[];
  readonly voted: boolean;
  /** Why it was absent at the end; null when it was not. */
  readonly absent: string | null;
}

/** What a council has come to, in the words of the contract. */
export interface CouncilResult {
  readonly synthesis: string;
  /** 0 to 1, see `consensusOf`. */
  readonly consensus: number;
  readonly ranking: readonly RankedSeat[];
  readonly seats: readonly SeatRecord[];
  readonly actions: readonly PlannedAction[];
  /** A seat has missed a round or the end: the council was smaller than it should have been. */
  readonly degraded: boolean;
}

/** Undefined as long as the council has not come to an end. */
export function result(spec: CouncilSpec, state: CouncilState): CouncilResult | undefined {
  const { synthesis, ranking, actions } = state;
  if (synthesis === null || ranking === null || actions === null) return undefined;
  const seats = spec.seats.map((seat) => recordOf(seat, state));
  return {
    synthesis: synthesis.text,
    consensus: synthesis.consensus,
    ranking,
    seats,
    actions,
    degraded: seats.some(({ rounds, absent }) => absent !== null || rounds.length < state.round),
  };
}

function recordOf(seat: Seat, { contributions, votes, absences }: CouncilState): SeatRecord {
  const rounds = [...contributions].flatMap(([round, texts]) => (texts.has(seat.seat) ? [round] : []));
  return { ...seat, rounds, voted: votes.has(seat.seat), absent: absences.get(seat.seat)?.code ?? null };
}
