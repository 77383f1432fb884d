import type { Clock } from '../../reliability/ports.js';

/** The headers of an answer: names in lower case; what was sent more than once is a list. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How long an answer asks to wait, in milliseconds, never negative; undefined when it does not say, or cannot be read. */
export function retryAfterMs(headers: AnswerHeaders, clock: Clock): number | undefined {
  const stated = first(headers['retry-after']);
  return decimal(first(headers['retry-after-ms'])) ?? decimal(stated, 1000) ?? untilDate(stated, clock);
}

function first(value: string | readonly string[] | undefined): string {
  return (typeof value === 'string' ? value : value?.[0])?.trim() ?? '';
}

function decimal(text: string, unitMs = 1): number | undefined {
  if (!/^\d+(\.\d*)?$/.test(text)) return undefined;
  const ms = Number(text) * unitMs;
  return Number.isFinite(ms) ? ms : undefined;
}

/** The three forms of RFC 9110 §5.6.7. `Date.parse` alone would read a date into nearly any text with a digit in it. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? [\w -]{5,12} [\d:]{8}( GMT| \d{4})$/;

function untilDate(text: string, clock: Clock): number | undefined {
  if (!HTTP_DATE.test(text)) return undefined;
  const epochMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(epochMs) ? undefined : Math.max(0, epochMs - clock.epochMs());
}
