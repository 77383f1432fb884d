import { canDigest, EMPTY_DIGEST, nextDigest } from './digest.js';
import type { Closing } from './events.js';
import { HoldfastError } from './holdfast-error.js';

/** How far following has come: plain JSON, to be stored and given to `follow` again, in another tab or another process. */
export interface ResumeState {
  /** Sequence of the last event. */
  readonly sequence: number;
  /** The server's name for that place. Without it the client asks by sequence alone. */
  readonly cursor?: string | undefined;
  /** The digest chain's value there. Without it the rest is delivered, but cannot be verified. */
  readonly digest?: string | undefined;
}

/** How many events are kept to be compared with repeats. */
const REMEMBERED = 100;

/** The place in the log up to which a client has everything, exactly once. */
export class LogPosition {
  private current: ResumeState;
  private readonly recent = new Map<number, string>();

  constructor(state: ResumeState = { sequence: 0 }) {
    this.current = anchored(state);
  }

  /** A new object after each change. */
  get state(): ResumeState {
    return this.current;
  }

  /**
   * Takes the next event.
   * @param data its `data:`, exactly.
   * @returns whether it is new; false for a repeat with equal data.
   * @throws HoldfastError when an event before it is missing, or a repeat differs from what came under its number.
   */
  async take(sequence: number, cursor: string | undefined, data: string): Promise<boolean> {
    const { sequence: last, digest } = this.current;
    if (sequence <= last) {
      if (this.recent.get(sequence) === data) return false;
      throw new HoldfastError('repeat', `Event ${sequence} came again after ${last}.`);
    }
    if (sequence !== last + 1) throw new HoldfastError('hole', `Event ${sequence} came after ${last}.`);
    // Assign all of it at once, when nothing can fail any more: a caller that stores the state must never get half of it.
    this.current = { sequence, cursor, digest: digest && (await nextDigest(digest, data)) };
    this.recent.set(sequence, data);
    this.recent.delete(sequence - REMEMBERED);
    return true;
  }

  /**
   * Compares what a terminal event says about the log before it with the events that came. Call it before the event is taken.
   * @returns false when following began in mid-log.
   * @throws HoldfastError (fatal) when they differ: what was delivered is not what the server has logged.
   */
  verify({ event_count: count, digest }: Closing): boolean {
    const { current } = this;
    if (current.digest === undefined) return false;
    if (count === current.sequence + 1 && digest === current.digest) return true;
    throw new HoldfastError('digest_mismatch', `The log before event ${count} is not what was received.`, {
      fatal: true,
    });
  }

  /** Goes on at another place, without the events in between. */
  jump(sequence: number, cursor: string | undefined): void {
    this.recent.clear();
    this.current = anchored({ sequence, cursor });
  }
}

/** A chain without a digest can only begin at sequence 0, and only where digests can be computed. */
function anchored(state: ResumeState): ResumeState {
  const digest = state.digest ?? (state.sequence === 0 ? EMPTY_DIGEST : undefined);
  return { ...state, digest: canDigest() ? digest : undefined };
}
