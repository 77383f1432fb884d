import type { LogEnd } from '../../journal/event-log.js';
import type { Session, StoredSpec } from './session.entity.js';

/** What a worker has to know of a session beside its log. */
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

/** @param row the answer of `session_open` to a claim. @throws when there is no such session. */
export function readOpening(row: unknown): SessionOpening {
  if (!row) throw new Error('the claimed session does not exist');
  const { last_sequence, digest, project_id, ...rest } = row as OpeningRow;
  return { ...rest, projectId: project_id, end: { sequence: last_sequence, digest: Buffer.from(digest, 'hex') } };
}
