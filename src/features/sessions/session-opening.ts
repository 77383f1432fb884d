import type { LogEnd } from '../../journal/event-log.js';
import type { Session, StoredSpec } from './session.entity.js';

/** What whoever works on a session has to know of it beside its log. */
export interface SessionOpening extends Pick<Session, 'projectId' | 'goal' | 'context' | 'constraints' | 'spec'> {
  readonly end: LogEnd;
}

/** As `session_open` gives it. */
interface OpeningRow {
  readonly last_sequence: number;
  /** Hexadecimal. */
  readonly digest: string;
  readonly project_id: string | null;
  readonly goal: string;
  readonly context: string | null;
  readonly constraints: string[];
  readonly spec: StoredSpec;
}

/** @param row what `session_open` has answered in the course of a claim. @throws when there was no such session. */
export function readOpening(row: unknown): SessionOpening {
  if (!row) throw new Error('a session was claimed that there is not');
  const { last_sequence, digest, project_id, ...rest } = row as OpeningRow;
  return { ...rest, projectId: project_id, end: { sequence: last_sequence, digest: Buffer.from(digest, 'hex') } };
}
