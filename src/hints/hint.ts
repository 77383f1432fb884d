/** Somebody says that a session's log goes up to a sequence. It may be lost, late, or said twice. */
export interface Hint {
  /** UUID. */
  readonly sessionId: string;
  readonly sequence: number;
}

/** Something that is not logged, for whoever follows the session at this moment. */
export interface Delta {
  /** UUID. */
  readonly sessionId: string;
  /** JSON in one line. */
  readonly data: string;
}
