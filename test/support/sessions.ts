import type { SessionDto, SessionListDto } from '../../src/features/sessions/dto/session.dto.js';
import type { SessionStatus } from '../../src/features/sessions/session-status.js';
import { uuidOf } from '../../src/database/id.js';
import type { Answer, ApiClient, Call } from './client.js';
import { until } from './until.js';

export const GOAL = 'Open a second bakery in the old station by June';

/** A row of a session's log, as clients read it. */
export interface EventBody {
  event_type: string;
  session_id: string;
  sequence: number;
  timestamp: string;
  event_version: number;
  data: Record<string, unknown>;
}

export interface EventPage {
  data: EventBody[];
  next_cursor: string | null;
}

export function createSession(api: ApiClient, body: object = {}, call: Call = {}): Promise<Answer<SessionDto>> {
  return api.post<SessionDto>('/v1/sessions', { goal: GOAL, ...body }, call);
}

/** A session that was made. @throws when it was not. */
export async function madeSession(api: ApiClient, body: object = {}): Promise<SessionDto> {
  const answer = await createSession(api, body);
  if (answer.status !== 201) throw new Error(`no session was made: ${answer.text}`);
  return answer.body;
}

export async function readSession(api: ApiClient, id: string): Promise<SessionDto> {
  return (await api.get<SessionDto>(`/v1/sessions/${id}`)).body;
}

/** Every session of the tenant, the newest first. */
export async function allSessions(api: ApiClient): Promise<SessionDto[]> {
  return (await api.get<SessionListDto>('/v1/sessions?limit=200')).body.data;
}

export async function readEvents(api: ApiClient, id: string): Promise<EventBody[]> {
  return (await api.get<EventPage>(`/v1/sessions/${id}/events?limit=200`)).body.data;
}

/** Waits for a status. @throws when another ending comes first. */
export async function untilStatus(api: ApiClient, id: string, status: SessionStatus): Promise<SessionDto> {
  let session = await readSession(api, id);
  await until(async () => {
    session = await readSession(api, id);
    if (session.status !== status && ENDINGS.has(session.status))
      throw new Error(`the session is ${session.status}: ${JSON.stringify(session.failure)}`);
    return session.status === status;
  });
  return session;
}

const ENDINGS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

export function uuidOfSession(id: string): string {
  const uuid = uuidOf('ses', id);
  if (uuid === undefined) throw new Error(`${id} is no id of a session`);
  return uuid;
}
