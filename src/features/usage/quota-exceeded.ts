import { AppError } from '../../reliability/errors/app-error.js';

/** There is no unit left, or calls under way hold the rest. */
export function quotaExceeded(feature: string, epochMs: number): AppError {
  const now = new Date(epochMs);
  const nextMonthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return new AppError('quota_exceeded', {
    detail: `The quota of ${feature} is used up until the next UTC month, or calls under way hold the rest of it.`,
    retryAfterMs: nextMonthMs - epochMs,
  });
}
