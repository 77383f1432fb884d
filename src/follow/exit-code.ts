import type { HoldfastError } from '../client/index.js';
import type { CouncilView } from './council-view.js';

/** How the process ends, by how the session has. `running` and the like: the server has closed what is not over. */
const BY_STATE = {
  completed: 0,
  failed: 1,
  cancelled: 2,
  waiting: 69,
  running: 69,
  paused: 69,
} as const satisfies Record<CouncilView['state'], number>;

/** The exit code of a session that was followed to its end. */
export function exitCodeOf({ state }: CouncilView): number {
  return BY_STATE[state];
}

/** Of sysexits.h: what is to be shown cannot be written. */
export const UNHEARD = 74;

/** As sysexits.h has them: no permission, no such thing, not what it should be; otherwise not to be reached. */
export function exitCodeOfError({ status, code }: HoldfastError): number {
  if (status === 401 || status === 403) return 77;
  if (status === 404 || status === 410) return 66;
  if (status === 400 || code === 'invalid_url') return 64;
  return code === 'digest_mismatch' ? 65 : 69;
}
