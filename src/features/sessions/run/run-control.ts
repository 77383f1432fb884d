import type { Deadline } from '../../../reliability/deadline/deadline.js';
import type { FailureCode } from '../session-status.js';

/** Why calls in flight are broken off. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';

  constructor(readonly reason: 'cancel' | 'leaving' | 'lost' | 'stalled') {
    super(reason);
  }
}

/** Why a session fails. */
export interface RunFailure {
  readonly code: FailureCode;
  readonly detail: string;
}

/** What the calls of a run must know of it. */
export interface RunControl {
  readonly deadline: Deadline;
  /** Whether no further call may begin. */
  readonly interrupted: boolean;
  /** Settles as soon as the run must react: to a wish, a stall, a lost lease or the worker's end. */
  readonly nudged: Promise<void>;
  readonly tenantId: string;
  readonly callPrefix: string;
  /** A call begins to wait for a place at a provider: that is no stall. @returns the function that ends the wait. */
  standInLine(): () => void;
}
