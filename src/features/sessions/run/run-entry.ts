import type { AnsweredCall, Entry } from '../../../journal/session-write.js';
import type { CouncilEvent } from '../council/events.js';

/** An entry without what the log adds itself. */
export type RunEntry = Omit<Entry, 'atMs' | 'events' | 'seats'> & { readonly events: readonly CouncilEvent[] };

/** Merges consecutive entries into one. A field that only one of them can have comes from that one. */
export function mergedEntry(entries: readonly RunEntry[]): RunEntry {
  const [first, ...others] = entries;
  if (!first) throw new TypeError('there is no entry to write');
  return others.reduce<RunEntry>(
    (merged, entry) => ({
      ...merged,
      ...entry,
      events: [...merged.events, ...entry.events],
      calls: [...(merged.calls ?? []), ...(entry.calls ?? []).map((call) => moved(call, merged.events.length))],
    }),
    first,
  );
}

function moved(call: AnsweredCall, by: number): AnsweredCall {
  return { ...call, event: call.event + by };
}
