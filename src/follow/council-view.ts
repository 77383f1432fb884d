import type { PlannedAction, RankedSeat, StreamItem } from '../client/index.js';

export interface SeatView {
  readonly seat: string;
  readonly persona: string;
  readonly model: string;
  /** The last round in which the seat has spoken; 0 before. */
  readonly spoke: number;
  readonly voted: boolean;
  /** Why it is absent. */
  readonly absent: string | undefined;
  /** Characters of the contribution that it is writing. */
  readonly writing: number;
}

export interface RoundView {
  readonly round: number;
  readonly score: number | undefined;
  readonly novelty: number | undefined;
  readonly complete: boolean;
}

/** What the terminal shows of a council. */
export interface CouncilView {
  readonly title: string;
  readonly maxRounds: number;
  readonly framing: { readonly questions: number; readonly constraints: number; readonly unknowns: number } | undefined;
  readonly seats: readonly SeatView[];
  readonly rounds: readonly RoundView[];
  readonly voting: boolean;
  /** The best first. */
  readonly ranking: readonly RankedSeat[];
  readonly synthesis: string | undefined;
  readonly consensus: number;
  readonly actions: readonly PlannedAction[] | undefined;
  readonly attempt: number;
  /** `waiting` before the first event; then what the session does, or how it has ended. */
  readonly state: 'waiting' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  readonly failure: string | undefined;
  /** How many events have come so far. */
  readonly events: number;
  /** Whether their digest was checked and is right: known at the end. */
  readonly verified: boolean;
  /** Events that the server could no longer give. */
  readonly missed: number;
}

export const NOTHING_YET: CouncilView = {
  title: '',
  maxRounds: 0,
  framing: undefined,
  seats: [],
  rounds: [],
  voting: false,
  ranking: [],
  synthesis: undefined,
  consensus: 0,
  actions: undefined,
  attempt: 1,
  state: 'waiting',
  failure: undefined,
  events: 0,
  verified: false,
  missed: 0,
};

/** The view after the next item. */
export function seen(view: CouncilView, item: StreamItem): CouncilView {
  const counted = 'sequence' in item && item.sequence !== undefined ? { ...view, events: item.sequence } : view;
  return { ...counted, ...changes(counted, item) };
}

function changes(view: CouncilView, item: StreamItem): Partial<CouncilView> {
  switch (item.event_type) {
    case 'session_started':
      return { title: item.data.goal_title, maxRounds: item.data.council.max_rounds, state: 'running' };
    case 'framing_complete': {
      const { questions, constraints, unknowns } = item.data;
      return {
        framing: { questions: questions.length, constraints: constraints.length, unknowns: unknowns.length },
      };
    }
    case 'seat_selected':
      return { seats: [...view.seats, { ...item.data, spoke: 0, voted: false, absent: undefined, writing: 0 }] };
    case 'round_started':
      return { rounds: withRound(view, item.data.round, {}) };
    case 'delta':
      return withSeat(view, item.data.seat, ({ writing }) => ({ writing: writing + item.data.text.length }));
    case 'contribution':
      return withSeat(view, item.data.seat, () => ({ spoke: item.data.round, writing: 0 }));
    case 'convergence':
      return { rounds: withRound(view, item.data.round, { score: item.data.score, novelty: item.data.novelty }) };
    case 'round_complete':
      return { rounds: withRound(view, item.data.round, { complete: true }) };
    case 'voting_started':
      return { voting: true };
    case 'vote':
      return withSeat(view, item.data.seat, () => ({ voted: true }));
    case 'voting_complete':
      return { ranking: item.data.ranking };
    case 'synthesis_complete':
      return { synthesis: item.data.text, consensus: item.data.consensus };
    case 'actions_planned':
      return { actions: item.data.actions };
    case 'seat_absent':
      return withSeat(view, item.data.seat, () => ({ absent: item.data.code, writing: 0 }));
    case 'attempt_superseded':
      return withSeat(view, item.data.seat, () => ({ absent: undefined }));
    case 'paused':
      return { state: 'paused' };
    case 'resumed':
      return { state: 'running' };
    case 'retried':
      return { state: 'running', attempt: item.data.attempt, failure: undefined };
    case 'error':
      return { state: 'failed', failure: `${item.data.code}: ${item.data.detail}`, verified: item.verified };
    case 'cancelled':
      return { state: 'cancelled', verified: item.verified };
    case 'complete':
      return { state: 'completed', verified: item.verified };
    case 'gap_detected':
      return { missed: view.missed + item.data.missed };
    case 'snapshot':
      return fromSnapshot(item.data.session);
    case 'unknown':
      return {};
    default:
      return item satisfies never;
  }
}

function withSeat(
  { seats }: CouncilView,
  name: string,
  change: (seat: SeatView) => Partial<SeatView>,
): Partial<CouncilView> {
  return { seats: seats.map((seat) => (seat.seat === name ? { ...seat, ...change(seat) } : seat)) };
}

function withRound({ rounds }: CouncilView, round: number, change: Partial<RoundView>): readonly RoundView[] {
  const before = rounds.find((one) => one.round === round) ?? {
    round,
    score: undefined,
    novelty: undefined,
    complete: false,
  };
  return [...rounds.filter((one) => one.round !== round), { ...before, ...change }];
}

/** In place of the lost events, the snapshot gives the session's title and state. */
function fromSnapshot(session: Readonly<Record<string, unknown>>): Partial<CouncilView> {
  const { title, status } = session;
  const state = STATES[String(status)];
  return { ...(typeof title === 'string' && { title }), ...(state && { state }) };
}

const STATES: Readonly<Record<string, CouncilView['state']>> = {
  running: 'running',
  paused: 'paused',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};
