import { AppError } from '../../reliability/errors/app-error.js';

/** For who was refused a unit of a month that is over: the next one is there already. */
const AT_ONCE_MS = 1_000;

/**
 * There is no unit left, or calls under way hold the rest.
 * @param asked the unit that there is none of; its period is a month's first day.
 */
export function quotaExceeded({ feature, period }: { feature: string; period: string }, epochMs: number): AppError {
  const month = new Date(period);
  const nextMonthMs = Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1);
  return new AppError('quota_exceeded', {
    detail: `The quota of ${feature} is used up until the next UTC month, or calls under way hold the rest of it.`,
    retryAfterMs: Math.max(nextMonthMs - epochMs, AT_ONCE_MS),
  });
}
