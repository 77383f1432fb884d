import { PREFIX, publicId } from '../../database/id.js';
import type { CouncilSpec } from './council/spec.js';
import type { CouncilResult } from './council/result.js';
import type { SessionDto, SessionResultDto } from './dto/session.dto.js';
import type { Session } from './session.entity.js';

/** A session as clients see it. */
export function showSession(session: Session): SessionDto {
  const { spec, failureCode, projectId } = session;
  return {
    id: publicId(PREFIX.session, session.id),
    title: session.title,
    goal: session.goal,
    status: session.status,
    stage: session.stage,
    round: session.round,
    council: { seats: spec.seats.map((seat) => ({ ...seat })), max_rounds: spec.max_rounds, quorum: spec.quorum },
    project_id: projectId === null ? null : publicId(PREFIX.project, projectId),
    attempt: session.attempt,
    recoverable: session.recoverable,
    failure: failureCode === null ? null : { code: failureCode, detail: session.failureDetail ?? '' },
    last_sequence: session.lastSequence,
    usage: {
      calls: session.calls,
      input_tokens: Number(session.inputTokens),
      output_tokens: Number(session.outputTokens),
    },
    created_at: session.createdAt.toISOString(),
    started_at: session.startedAt?.toISOString() ?? null,
    finished_at: session.finishedAt?.toISOString() ?? null,
  };
}

/** What a session has come to, as clients see it. */
export function showResult(id: string, { seats, ranking, actions, ...rest }: CouncilResult): SessionResultDto {
  return {
    session_id: id,
    ...rest,
    ranking: ranking.map((seat) => ({ ...seat })),
    seats: seats.map((seat) => ({ ...seat, rounds: [...seat.rounds] })),
    actions: actions.map(({ key: _key, depends_on, ...action }) => ({ ...action, depends_on: [...depends_on] })),
  };
}

type CouncilMatter = Readonly<Pick<Session, 'id' | 'goal' | 'context' | 'constraints' | 'spec'>>;

/** What the council of a session is to deliberate on. */
export function councilSpecOf({ id, goal, context, constraints, spec }: CouncilMatter): CouncilSpec {
  return {
    seed: id,
    goal,
    context,
    constraints,
    seats: spec.seats,
    maxRounds: spec.max_rounds,
    quorum: spec.quorum,
  };
}
