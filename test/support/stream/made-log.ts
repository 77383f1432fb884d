import { composeEvents, type LoggedEvent, type NewEvent } from '../../../src/journal/event-log.js';
import { EMPTY_DIGEST } from '../../../src/journal/digest.js';

export const SESSION = 'ses_00000000000000000000000001';

/** A log as the server would have written it. */
export function madeLog(events: readonly NewEvent[]): readonly LoggedEvent[] {
  const end = { sequence: 0, digest: EMPTY_DIGEST };
  return composeEvents({ sessionId: '00000000-0000-0000-0000-000000000001', end, events, atMs: 0 }).events;
}

/** Contributions with texts of several bytes per character, and an ending. */
export function someLog(
  contributions: number,
  ending: NewEvent = { type: 'complete', data: {} },
): readonly LoggedEvent[] {
  const spoken = Array.from({ length: contributions }, (_, index) => ({
    type: 'contribution',
    data: { round: 1, seat: `seat-${index + 1}`, text: `Brötchen № ${index + 1} 🥐` },
  }));
  return madeLog([...spoken, ending]);
}

export const EPOCH = 'abcdefgh';

export function cursorOf({ sequence }: LoggedEvent): string {
  return `${EPOCH}.${sequence}`;
}

/** An event as the stream sends it. */
export function wireOf(event: LoggedEvent): string {
  return `id: ${cursorOf(event)}\nevent: ${event.type}\ndata: ${event.data}\n\n`;
}
