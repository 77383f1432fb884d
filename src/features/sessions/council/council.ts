import type { Answer } from './answers/answer.js';
import { consensusOf } from './ballots.js';
import type { CallSpec } from './calls.js';
import type { CouncilEvent } from './events.js';
import { plannedActions, type ActionId } from './planned-actions.js';
import { ballotsOf, candidateIds, withConsequences } from './progress.js';
import { goalTitle, type CouncilSpec } from './spec.js';
import { missingCalls, quorumFault, stageOf } from './stage.js';
import { advance, type CouncilState } from './state.js';

/** A round ends the discussion when the members agree more than this, and had less than that to add. */
const ENOUGH_CONVERGENCE = 0.85;
const LITTLE_NOVELTY = 0.3;

/** What a council needs next. */
export type Next =
  /** Answers, in any order and all at the same time if possible. */
  | { readonly kind: 'ask'; readonly calls: readonly CallSpec[] }
  /** Events that are due without an answer. Only a log that another release has written, or that was cut, needs it. */
  | { readonly kind: 'record'; readonly events: readonly CouncilEvent[] }
  | { readonly kind: 'complete' }
  | { readonly kind: 'fail'; readonly code: 'quorum_lost'; readonly detail: string };

/** The events of a session's start. */
export function opening({ goal, seats, maxRounds, quorum }: CouncilSpec): readonly CouncilEvent[] {
  const council = { seats: seats.length, max_rounds: maxRounds, quorum };
  return [{ type: 'session_started', data: { goal_title: goalTitle(goal), council } }];
}

/**
 * What comes next, whether or not the attempt has ended: a session that has failed goes on from here once it is retried. After a
 * `fail`, calls in flight may still be answered, and their answers be followed: a retry will not ask again.
 */
export function next(spec: CouncilSpec, state: CouncilState): Next {
  if (stageOf(state) === 'complete') return { kind: 'complete' };
  const events = withConsequences(spec, state, []);
  if (events.length > 0) return { kind: 'record', events };
  const detail = quorumFault(spec, state);
  if (detail !== undefined) return { kind: 'fail', code: 'quorum_lost', detail };
  return { kind: 'ask', calls: missingCalls(spec, state) };
}

/**
 * The events that an answer brings, with all that follows from them: to be written together. None when the call is not asked, or
 * not asked any more.
 * @param actionId the ids of planned actions; by default their keys.
 */
export function follow(
  spec: CouncilSpec,
  state: CouncilState,
  key: string,
  answer: Answer,
  actionId?: ActionId,
): readonly CouncilEvent[] {
  const call = missingCalls(spec, state).find((missing) => missing.key === key);
  if (call === undefined) return [];
  const events = [...superseding(state, call), eventOf(spec, state, call, answer, actionId)];
  return withConsequences(spec, state, events);
}

/** Which of the events that {@link follow} gave holds the answer, from 0. */
export function indexOfAnswer(events: readonly CouncilEvent[]): number {
  return events.findIndex(({ type }) => type !== 'attempt_superseded');
}

/**
 * The events that follow when a call has no answer: a seat is absent until the next attempt; without a facilitator the round just
 * ends. None when the call is not asked any more.
 * @param code why: a code of the error catalogue.
 * @throws TypeError when the council cannot do without the call (see `isDispensable`).
 */
export function absent(spec: CouncilSpec, state: CouncilState, key: string, code: string): readonly CouncilEvent[] {
  const call = missingCalls(spec, state).find((missing) => missing.key === key);
  if (call === undefined) return [];
  switch (call.kind) {
    case 'contribute':
    case 'vote':
      return withConsequences(spec, state, [{ type: 'seat_absent', data: { seat: call.seat, code } }]);
    case 'facilitate':
      return withConsequences(spec, state, [{ type: 'round_complete', data: { round: call.round } }]);
    case 'frame':
    case 'synthesise':
    case 'plan':
      throw new TypeError(`No council without an answer to "${key}".`);
    default:
      return call satisfies never;
  }
}

/** Whether the quorum would hold if none of these calls, all of them dispensable, were answered. */
export function holdsWithout(spec: CouncilSpec, state: CouncilState, keys: readonly string[]): boolean {
  const left = keys.reduce(
    (reached, key) => advance(reached, absent(spec, reached, key, 'provider_unavailable')),
    state,
  );
  return next(spec, left).kind !== 'fail';
}

/** A seat that was absent in an earlier attempt is back. */
function superseding(state: CouncilState, call: CallSpec): readonly CouncilEvent[] {
  if (!('seat' in call)) return [];
  const { seat } = call;
  const absence = state.absences.get(seat);
  if (absence === undefined) return [];
  return [{ type: 'attempt_superseded', data: { seat, from: absence.attempt, to: state.attempt } }];
}

function eventOf(
  spec: CouncilSpec,
  state: CouncilState,
  call: CallSpec,
  answer: Answer,
  actionId: ActionId | undefined,
): CouncilEvent {
  if (call.kind === 'frame' && answer.kind === 'frame') return { type: 'framing_complete', data: answer.framing };
  if (call.kind === 'contribute' && answer.kind === 'contribute')
    return { type: 'contribution', data: { round: call.round, seat: call.seat, text: answer.text } };
  if (call.kind === 'facilitate' && answer.kind === 'facilitate') {
    const { score, novelty } = answer;
    const stop = score > ENOUGH_CONVERGENCE && novelty < LITTLE_NOVELTY;
    return { type: 'convergence', data: { round: call.round, score, novelty, stop } };
  }
  if (call.kind === 'vote' && answer.kind === 'vote')
    return { type: 'vote', data: { seat: call.seat, ranking: answer.ranking } };
  if (call.kind === 'synthesise' && answer.kind === 'synthesise') {
    const consensus = consensusOf(candidateIds(spec, state), ballotsOf(spec, state));
    return { type: 'synthesis_complete', data: { text: answer.text, consensus } };
  }
  if (call.kind === 'plan' && answer.kind === 'plan')
    return { type: 'actions_planned', data: { actions: plannedActions(answer.actions, actionId) } };
  throw new TypeError(`"${call.key}" was answered with what belongs to a call of kind "${answer.kind}".`);
}
