/** The news that a session's log goes up to a sequence. It may be lost, come late, or come twice. */
export interface Hint {
  /** UUID. */
  readonly sessionId: string;
  readonly sequence: number;
}

/** Data that is not logged, for clients that follow the session at this moment. */
export interface Delta {
  /** UUID. */
  readonly sessionId: string;
  /** JSON in one line. */
  readonly data: string;
}
