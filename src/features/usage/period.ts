import { AppError } from '../../reliability/errors/app-error.js';

/** How far a device's clock may be ahead, milliseconds. */
const MAX_AHEAD_MS = 5 * 60_000;
/** How many months back a device may still report. */
const MAX_MONTHS_BACK = 13;

/** The UTC month of an instant, as its first day: `2026-11-01`. */
export function periodOf(epochMs: number): string {
  const date = new Date(epochMs);
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${String(date.getUTCMonth() + 1).padStart(2, '0')}-01`;
}

/**
 * The period that a device's report belongs to.
 * @param since RFC 3339; left out: now.
 * @throws AppError validation_error when it is over 5 minutes ahead or 13 months old.
 */
export function reportedPeriod(since: string | undefined, nowMs: number, pointer: string): string {
  if (since === undefined) return periodOf(nowMs);
  const sinceMs = Date.parse(since);
  const oldestMs = monthsBefore(nowMs, MAX_MONTHS_BACK);
  if (sinceMs > nowMs + MAX_AHEAD_MS) throw outOfRange(pointer, 'must not be more than 5 minutes in the future');
  if (!(sinceMs > oldestMs)) throw outOfRange(pointer, `must be less than ${MAX_MONTHS_BACK} months ago`);
  return periodOf(sinceMs);
}

/** The same day and time so many months earlier; where that month is too short, its last day. */
function monthsBefore(epochMs: number, months: number): number {
  const date = new Date(epochMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, lastDay));
}

function outOfRange(pointer: string, detail: string): AppError {
  return new AppError('validation_error', { errors: [{ pointer, detail }] });
}
