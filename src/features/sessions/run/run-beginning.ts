import { composeWrite, type ComposedWrite } from '../../../journal/append-statement.js';
import { EMPTY_DIGEST } from '../../../journal/digest.js';
import type { ClaimedRun } from '../../../queue/run-queue.repository.js';
import { opening } from '../council/council.js';
import { stageOf } from '../council/stage.js';
import { advance, EMPTY_STATE, type CouncilState } from '../council/state.js';
import type { Session } from '../session.entity.js';
import type { SessionOpening } from '../session-opening.js';
import { councilSpecOf } from '../session-view.js';

/** What a worker begins with: the session, and what its log says. */
export interface RunBeginning {
  readonly opening: SessionOpening;
  readonly state: CouncilState;
}

/** The run of a session that begins with the statement that makes it. */
export interface OwnRun extends RunBeginning {
  readonly claim: ClaimedRun;
  /** Its first events. */
  readonly write: ComposedWrite;
}

const FIRST_FENCE = 1;

/** @param atMs when it begins, in milliseconds since the Unix epoch. */
export function ownRun(session: Session, atMs: number): OwnRun {
  const key = { tenantId: session.tenantId, sessionId: session.id, fence: FIRST_FENCE };
  const events = opening(councilSpecOf(session));
  const state = advance(EMPTY_STATE, events);
  const write = composeWrite({
    ...key,
    end: { sequence: 0, digest: EMPTY_DIGEST },
    events,
    atMs,
    place: { stage: stageOf(state), round: state.round },
  });
  const { end } = write.composed;
  const { projectId, goal, context, constraints, spec } = session;
  return {
    claim: { ...key, stalls: 0, lastSequence: end.sequence, wanted: null, runningMs: 0, opening: undefined },
    write,
    opening: { projectId, goal, context, constraints, spec, end },
    state,
  };
}
