import type { Statement } from '../database/database.js';
import { composeEvents, type ComposedEvents } from './event-log.js';
import type { AnsweredCall, AppendOutcome, SeatResult, SessionWrite, Wish } from './session-write.js';

/** One round trip and one commit for any number of sessions. */
export const APPEND: Statement = {
  name: 'session-append',
  text: 'SELECT n, outcome, wanted FROM session_append($1::json, $2::json, $3::boolean)',
};

/** The answer of {@link APPEND} to one write. */
export interface AppendRow {
  readonly n: number;
  readonly outcome: AppendOutcome['outcome'];
  readonly wanted: Wish | null;
}

/** A write, and its events as they will be stored. */
export interface ComposedWrite {
  readonly write: SessionWrite;
  readonly composed: ComposedEvents;
}

/** Lays out the events of a write. */
export function composeWrite(write: SessionWrite): ComposedWrite {
  return { write, composed: composeEvents(write) };
}

/**
 * The arguments of {@link APPEND}; its answers name the writes by their place in the list, from 1.
 * @param patient whether the statement waits for locks as long as usual.
 */
export function appendArguments(writes: readonly ComposedWrite[], { patient }: { patient: boolean }): unknown[] {
  return [
    JSON.stringify(writes.map((one, index) => writeRow(one, index + 1))),
    JSON.stringify(writes.flatMap((one, index) => eventRows(one, index + 1))),
    patient,
  ];
}

function writeRow({ write, composed }: ComposedWrite, n: number): object {
  const { calls = [], place = {}, seats, actions, unit } = write;
  const { failure } = place;
  return {
    n,
    tenant: write.tenantId,
    session: write.sessionId,
    fence: write.fence,
    base: write.end.sequence,
    events: composed.events.length,
    digest: composed.end.digest.toString('hex'),
    calls: calls.length,
    input_tokens: calls.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    output_tokens: calls.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    stage: place.stage,
    round: place.round,
    status: place.status,
    at: new Date(write.atMs).toISOString(),
    recoverable: failure?.recoverable,
    failure_code: failure?.code,
    failure_detail: failure?.detail,
    seats: seats?.map(seatRow),
    actions,
    unit,
  };
}

function eventRows({ write, composed }: ComposedWrite, n: number): object[] {
  const at = new Date(write.atMs).toISOString();
  return composed.stored.map(({ sequence, type, version, said }, index) => ({
    n,
    at,
    sequence,
    event_version: version,
    type,
    data: said,
    ...callRow(write.calls?.find((call) => call.event === index)),
  }));
}

function callRow(call: AnsweredCall | undefined): object {
  if (call === undefined) return {};
  const { key, provider, model, attempts, inputTokens, outputTokens } = call;
  return { call_key: key, provider, model, attempts, input_tokens: inputTokens, output_tokens: outputTokens };
}

function seatRow({ meanRank, ...seat }: SeatResult): object {
  return { ...seat, mean_rank: meanRank };
}
