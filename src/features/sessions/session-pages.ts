import { isUuid } from '../../database/id.js';
import { isCleanText } from '../../http/text-faults.js';
import { decodeCursor, type Filters } from '../../http/page.js';
import { AppError } from '../../reliability/errors/app-error.js';
import type { SessionStatus } from './session-status.js';

/** The largest `integer` that Postgres has: no log is longer. */
const LAST_SEQUENCE = 2_147_483_647;

/** Where a page of sessions begins. */
export function sessionsPage(cursor: string | undefined, status: SessionStatus | undefined) {
  const filters: Filters = { list: 'sessions', status };
  const [beforeId] = decodeCursor(cursor, ['string'], filters) ?? [];
  if (beforeId !== undefined && !isUuid(beforeId)) throw new AppError('invalid_cursor');
  return { filters, beforeId };
}

/** Where a page of a session's log begins. @param after used where there is no cursor. */
export function eventsPage(cursor: string | undefined, { session, after }: { session: string; after: number }) {
  const filters: Filters = { list: 'events', session };
  const [from] = decodeCursor(cursor, ['number'], filters) ?? [Math.min(after, LAST_SEQUENCE)];
  if (!isSequence(from)) throw new AppError('invalid_cursor');
  return { filters, after: from };
}

/** Where a page of the league begins. */
export function leaguePage(cursor: string | undefined) {
  const filters: Filters = { list: 'league' };
  const [persona = '', model = ''] = (decodeCursor(cursor, ['string', 'string'], filters) ?? []).map(String);
  if (!isCleanText(persona) || !isCleanText(model)) throw new AppError('invalid_cursor');
  return { filters, after: { persona, model } };
}

function isSequence(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LAST_SEQUENCE;
}
