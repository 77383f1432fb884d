import type { BenchProgram } from './server.js';

/** A peer's workflow engine, with a workflow that makes the calls of a session of ten. */
export interface SessionPeer extends BenchProgram {
  /** With its version. */
  readonly name: string;
  /** Runs one workflow to its end; the answer comes then. */
  readonly request: () => string;
}
