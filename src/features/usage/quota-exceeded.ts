import { AppError } from '../../reliability/errors/app-error.js';

/** The wait after a refusal in a month that is over by now: the next month has already begun. */
const AT_ONCE_MS = 1_000;

/**
 * There is no unit left, or calls under way hold the rest.
 * @param asked the unit that was refused; its period is a month's first day.
 */
export function quotaExceeded({ feature, period }: { feature: string; period: string }, epochMs: number): AppError {
  const month = new Date(period);
  const nextMonthMs = Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1);
  return new AppError('quota_exceeded', {
    detail: `The quota of ${feature} is used up until the next UTC month, or calls under way hold the rest of it.`,
    retryAfterMs: Math.max(nextMonthMs - epochMs, AT_ONCE_MS),
  });
}
