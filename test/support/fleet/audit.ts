import { createHash } from 'node:crypto';
import { EMPTY_DIGEST } from '../../../src/journal/digest.js';
import { publicId } from '../../../src/database/id.js';
import { keyOf, sessionOf } from '../council-answers.js';
import { loggedLines } from '../logged-lines.js';
import type { Fleet } from './fleet.js';

interface EventRow {
  readonly sequence: number;
  readonly type: string;
  readonly data: string;
}

interface SessionRow {
  readonly status: string;
  readonly last_sequence: number;
  readonly digest: Buffer;
  readonly calls: number;
  readonly input_tokens: string;
  readonly output_tokens: string;
}

interface CallRow {
  readonly call_key: string;
  readonly sequence: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

const TERMINAL = new Set(['complete', 'error', 'cancelled']);
/** The types of event that hold an answer. */
const ANSWERS = new Set([
  'framing_complete',
  'contribution',
  'convergence',
  'vote',
  'synthesis_complete',
  'actions_planned',
]);

/** Calls that had an answer in the log at some moment: no worker may ask them again. */
export async function answeredCalls({ database }: Fleet, uuid: string): Promise<ReadonlySet<string>> {
  const sql = 'SELECT call_key FROM session_events WHERE session_id = $1 AND call_key IS NOT NULL';
  return new Set((await database.query<{ call_key: string }>(sql, [uuid])).map(({ call_key }) => call_key));
}

/** How often the provider was asked each call of a session, by key. */
export function askedCalls({ provider }: Fleet, uuid: string): ReadonlyMap<string, number> {
  const prefix = `${publicId('ses', uuid)}/`;
  const own = [...provider.callsByKey()].filter(([id]) => id.startsWith(prefix));
  return new Map(own.map(([id, count]) => [id.slice(prefix.length), count]));
}

/** What is wrong with a session that has ended; nothing, when all invariants hold that must hold whatever died meanwhile. */
export async function faultsOf(fleet: Fleet, uuid: string): Promise<readonly string[]> {
  const { database } = fleet;
  const [session] = await database.query<SessionRow>('SELECT * FROM sessions WHERE id = $1', [uuid]);
  if (!session) return ['the session is gone'];
  const events = await database.query<EventRow>(...loggedLines(uuid));
  const answered = 'SELECT * FROM session_events WHERE session_id = $1 AND call_key IS NOT NULL';
  const calls = await database.query<CallRow>(answered, [uuid]);
  const holds = await database.query('SELECT 1 FROM usage_reservations WHERE id = $1', [uuid]);
  return [
    ...faultsOfLog(session, events),
    ...faultsOfEndings(events),
    ...faultsOfCalls(session, events, calls),
    ...(holds.length > 0 ? ['a unit of the quota is still held'] : []),
  ];
}

function faultsOfLog(session: SessionRow, events: readonly EventRow[]): string[] {
  const faults: string[] = [];
  let digest = EMPTY_DIGEST;
  for (const [index, { sequence, type, data }] of events.entries()) {
    const body = JSON.parse(data) as { sequence: number; event_type: string; data: Record<string, unknown> };
    if (sequence !== index + 1 || body.sequence !== sequence || body.event_type !== type)
      faults.push(`event ${index + 1} says ${body.event_type} ${body.sequence}`);
    const { event_count: count, digest: before } = body.data;
    if (TERMINAL.has(type) && (count !== sequence || before !== digest.toString('hex')))
      faults.push(`the ending at ${sequence} does not close the chain`);
    digest = createHash('sha256').update(digest).update(data, 'utf8').digest();
  }
  if (session.last_sequence !== events.length) faults.push(`${events.length} events, not ${session.last_sequence}`);
  if (!digest.equals(session.digest)) faults.push('the chain ends elsewhere');
  return faults;
}

/** Each attempt ends once, and with its last event. */
function faultsOfEndings(events: readonly EventRow[]): string[] {
  const attempts: string[][] = [[]];
  for (const { type } of events) {
    if (type === 'retried') attempts.push([]);
    attempts.at(-1)?.push(type);
  }
  const isSound = (types: readonly string[]): boolean =>
    TERMINAL.has(types.at(-1) ?? '') && types.filter((type) => TERMINAL.has(type)).length === 1;
  return attempts.flatMap((types, index) => (isSound(types) ? [] : [`attempt ${index + 1}: ${types.join()}`]));
}

/** Each answer stands in the log once, and is counted once. */
function faultsOfCalls(session: SessionRow, events: readonly EventRow[], calls: readonly CallRow[]): string[] {
  const answers = events.filter(({ type }) => ANSWERS.has(type)).map(({ sequence }) => sequence);
  const named = calls.map(({ sequence }) => sequence).toSorted((one, other) => one - other);
  const tokens = (field: 'input_tokens' | 'output_tokens') => calls.reduce((sum, call) => sum + call[field], 0);
  const faults: string[] = [];
  if (answers.join() !== named.join()) faults.push(`answers at ${answers.join()}, calls at ${named.join()}`);
  if (session.calls !== calls.length) faults.push(`${session.calls} calls counted, not ${calls.length}`);
  for (const field of ['input_tokens', 'output_tokens'] as const)
    if (Number(session[field]) !== tokens(field)) faults.push(`${session[field]} ${field}, not ${tokens(field)}`);
  return faults;
}

/**
 * Calls that were asked too often.
 * @param interruptions for each one, the calls that were already answered in the log: those come once, the others once more.
 */
export function askedTooOften(
  fleet: Fleet,
  uuid: string,
  interruptions: readonly ReadonlySet<string>[],
): readonly string[] {
  return [...askedCalls(fleet, uuid)].flatMap(([key, count]) => {
    const allowed = 1 + interruptions.filter((answered) => !answered.has(key)).length;
    return count > allowed ? [`${key} was asked ${count} times, not ${allowed}`] : [];
  });
}

/** Calls that were asked when their answer stood in the log already: whatever dies, no answer may be paid for twice. */
export async function askedOnceMore({ database, provider }: Fleet, uuid: string): Promise<readonly string[]> {
  const sql = `SELECT call_key AS key, created_at AS at FROM session_events WHERE session_id = $1 AND call_key IS NOT NULL`;
  const answered = new Map<string | undefined, number>(
    (await database.query<{ key: string; at: Date }>(sql, [uuid])).map(({ key, at }) => [key, at.getTime() + 1]),
  );
  const own = provider.calls.filter((call) => sessionOf(call) === publicId('ses', uuid));
  return own.flatMap((call) => {
    const lateMs = performance.timeOrigin + call.at - (answered.get(keyOf(call)) ?? Infinity);
    return lateMs > 0 ? [`${keyOf(call)} was asked ${Math.round(lateMs)} ms after its answer was logged`] : [];
  });
}
