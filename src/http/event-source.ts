import type { AppError } from '../reliability/errors/app-error.js';
import type { Random } from '../reliability/ports.js';
import type { Exchange } from './exchange.js';

/** What one who is sent away waits beyond what is asked of everybody: they must not all come back at once. Milliseconds. */
const SPREAD_MS = 9_000;

/**
 * The ticket of a caller who can send no headers, where the route takes tickets. Never shown, never logged: it opens the stream for
 * whoever reads it.
 */
export function ticketOf({ request, plan }: Exchange): string | undefined {
  if (plan.settings.ticketed !== true || request.headers.authorization !== undefined) return undefined;
  const { ticket } = request.query as { ticket?: unknown };
  return typeof ticket === 'string' ? ticket : undefined;
}

/** What is answered instead of a problem. */
export interface KindAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * `EventSource` gives up for good on anything but a stream: where it should come back, it is told so in one. Undefined for all
 * others, and where coming back would not help.
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
