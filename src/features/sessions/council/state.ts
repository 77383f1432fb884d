import { readEvent, type Convergence, type CouncilEvent, type EventData, type LoggedEvent } from './events.js';
import type { Framing, PlannedAction, RankedSeat } from './events.js';
import type { SeatId } from './spec.js';

/** A seat that gave no answer, and why. It is absent for the rest of that attempt. */
export interface Absence {
  readonly code: string;
  readonly attempt: number;
}

/** What a session's log says about its council, and nothing else. */
export interface CouncilState {
  /** Whether the log tells of the session's start. */
  readonly started: boolean;
  /** From 1; each retry begins a new one. */
  readonly attempt: number;
  readonly framing: Framing | null;
  readonly seated: readonly SeatId[];
  /** The last round that has begun; 0 before the first. */
  readonly round: number;
  readonly completedRound: number;
  /** Texts by round and seat. */
  readonly contributions: ReadonlyMap<number, ReadonlyMap<SeatId, string>>;
  readonly convergence: Convergence | null;
  readonly voting: boolean;
  /** Seats in the order of each voter's preference, the best first. */
  readonly votes: ReadonlyMap<SeatId, readonly SeatId[]>;
  readonly ranking: readonly RankedSeat[] | null;
  readonly synthesis: EventData<'synthesis_complete'> | null;
  readonly actions: readonly PlannedAction[] | null;
  /** The latest absence of every seat that has not answered since. */
  readonly absences: ReadonlyMap<SeatId, Absence>;
  /** How the current attempt has ended; null while it has not. */
  readonly ended: 'complete' | 'error' | 'cancelled' | null;
}

/** Before the first event. */
export const EMPTY_STATE: CouncilState = Object.freeze({
  started: false,
  attempt: 1,
  framing: null,
  seated: [],
  round: 0,
  completedRound: 0,
  contributions: new Map(),
  convergence: null,
  voting: false,
  votes: new Map(),
  ranking: null,
  synthesis: null,
  actions: null,
  absences: new Map(),
  ended: null,
});

/**
 * The state after a log, or after more of it. Events of unknown types are skipped.
 * @throws UnreadableEvent
 */
export function fold(log: Iterable<LoggedEvent>, from: CouncilState = EMPTY_STATE): CouncilState {
  let state = from;
  for (const logged of log) {
    const event = readEvent(logged);
    if (event !== undefined) state = applied(state, event);
  }
  return state;
}

/** The state after events that we have made ourselves. */
export function advance(state: CouncilState, events: readonly CouncilEvent[]): CouncilState {
  return events.reduce(applied, state);
}

const NO_TEXTS: ReadonlyMap<SeatId, string> = new Map();

/** What was said in a round. */
export function contributionsOf(state: CouncilState, round: number): ReadonlyMap<SeatId, string> {
  return state.contributions.get(round) ?? NO_TEXTS;
}

function applied(state: CouncilState, { type, data }: CouncilEvent): CouncilState {
  switch (type) {
    case 'framing_complete':
      return { ...state, framing: data };
    case 'seat_selected':
      return { ...state, seated: [...state.seated, data.seat] };
    case 'round_started':
      return { ...state, round: data.round };
    case 'contribution': {
      const texts = withEntry(contributionsOf(state, data.round), data.seat, data.text);
      return { ...state, contributions: withEntry(state.contributions, data.round, texts) };
    }
    case 'convergence':
      return { ...state, convergence: data };
    case 'round_complete':
      return { ...state, completedRound: data.round };
    case 'voting_started':
      return { ...state, voting: true };
    case 'vote':
      return { ...state, votes: withEntry(state.votes, data.seat, data.ranking) };
    case 'voting_complete':
      return { ...state, ranking: data.ranking };
    case 'synthesis_complete':
      return { ...state, synthesis: data };
    case 'actions_planned':
      return { ...state, actions: data.actions };
    case 'seat_absent': {
      const absence = { code: data.code, attempt: state.attempt };
      return { ...state, absences: withEntry(state.absences, data.seat, absence) };
    }
    case 'attempt_superseded':
      return { ...state, absences: new Map([...state.absences].filter(([seat]) => seat !== data.seat)) };
    case 'retried':
      return { ...state, attempt: data.attempt, ended: null };
    case 'complete':
    case 'error':
    case 'cancelled':
      return { ...state, ended: type };
    case 'session_started':
      return { ...state, started: true };
    case 'paused':
    case 'resumed':
      return state;
    default:
      return type satisfies never;
  }
}

function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}
