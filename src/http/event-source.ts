import type { AppError } from '../reliability/errors/app-error.js';
import type { Random } from '../reliability/ports.js';
import type { Exchange } from './exchange.js';

/** Most milliseconds by which one client's wait is extended at random, so that not all come back at once. */
const SPREAD_MS = 9_000;

/**
 * The ticket of a client that can send no headers, where the route takes tickets. Never show or log it: it opens the stream to
 * anyone who reads it.
 */
export function ticketOf({ request, plan }: Exchange): string | undefined {
  if (plan.settings.ticketed !== true || request.headers.authorization !== undefined) return undefined;
  const { ticket } = request.query as { ticket?: unknown };
  return typeof ticket === 'string' ? ticket : undefined;
}

/** The answer in place of a problem. */
export interface KindAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * `EventSource` gives up for good on any answer but a stream, so a stream tells it when to come back. Undefined for all other
 * clients, and where coming back would not help.
 */
export function comeBack(exchange: Exchange | null, error: AppError, random: Random): KindAnswer | undefined {
  if (!exchange || !error.retryable || ticketOf(exchange) === undefined) return undefined;
  const waitMs = Math.round((error.retryAfterMs ?? 1_000) + random() * SPREAD_MS);
  return {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      ...error.headers,
    },
    body: `retry: ${waitMs}\n\n`,
  };
}
