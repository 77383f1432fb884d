import type { HoldfastError } from '../client/index.js';
import type { CouncilView } from './council-view.js';

/** Exit codes by the state of the session. In `running` and the like the server ended the stream before the session ended. */
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

/** EX_IOERR of sysexits.h: the output cannot be written. */
export const UNHEARD = 74;

/** Codes of sysexits.h: no permission, no such session, wrong usage, wrong data; for all else, the server is unavailable. */
export function exitCodeOfError({ status, code }: HoldfastError): number {
  if (status === 401 || status === 403) return 77;
  if (status === 404 || status === 410) return 66;
  if (status === 400 || code === 'invalid_url') return 64;
  return code === 'digest_mismatch' ? 65 : 69;
}
