import type { LoggedEvent } from '../../journal/event-log.js';
import type { SessionLogRepository } from '../../journal/session-log.repository.js';
import type { SessionKey } from '../../journal/session-write.js';
import type { LoggedEvent as EventEnvelope } from './council/events.js';
import { EMPTY_STATE, fold, type CouncilState } from './council/state.js';

/** Events that are read at once. */
const PAGE = 500;

/** What a session's log says, read from its beginning. */
export async function loggedState(log: SessionLogRepository, key: SessionKey, until = Infinity): Promise<CouncilState> {
  let state = EMPTY_STATE;
  for (let after = 0; after < until;) {
    const page = await log.eventsAfter(key, { after, limit: PAGE });
    const read = page.filter(({ sequence }) => sequence <= until);
    state = fold(read.map(recordOf), state);
    after = page.at(-1)?.sequence ?? Infinity;
    if (page.length < PAGE) break;
  }
  return state;
}

function recordOf({ data }: LoggedEvent): EventEnvelope {
  return JSON.parse(data) as EventEnvelope;
}
