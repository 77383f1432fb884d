import { setImmediate as nextTurn } from 'node:timers/promises';
import { composeEvents, type LogEnd } from '../../../journal/event-log.js';
import type { SessionLogRepository } from '../../../journal/session-log.repository.js';
import type { AppendOutcome, SessionKey, SessionWrite, Wish } from '../../../journal/session-write.js';
import { isAppError } from '../../../reliability/errors/app-error.js';
import type { ErrorCode } from '../../../reliability/errors/codes.js';
import type { RetryPorts } from '../../../reliability/retry/retry.js';
import { stageOf } from '../council/stage.js';
import type { CouncilState } from '../council/state.js';
import { EntryLine, type Appended } from './entry-line.js';
import { mergedEntry, type RunEntry } from './run-entry.js';
import { seatResults } from './seat-results.js';
import type { CouncilSpec } from '../council/spec.js';

/** The run is no longer this worker's, which must forget what it knows of it. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

export interface RunLogParts extends SessionKey {
  readonly spec: CouncilSpec;
  /** The project of the actions that it plans: a UUID. */
  readonly projectId: string | null;
  /** The install whose count it adds to when it completes; undefined: the server's. */
  readonly installId: string | undefined;
  readonly fence: number;
  readonly repository: SessionLogRepository;
  readonly ports: RetryPorts;
  /** Ends the wait for an unreachable database. */
  readonly signal: AbortSignal;
  /** Called after each append, with what a client wants of the session. */
  readonly onAppend: (wanted: Wish | null) => void;
  /** Whether the log was not read: reading it may be what kills, or the run is only to be paused or cancelled. */
  readonly unread: boolean;
}

/** The pause between two attempts to write to an unreachable database, milliseconds. */
const WRITE_AGAIN_MS = 1_000;

/** Errors that the same write would meet again. */
const NEVER_WRITTEN: ReadonlySet<ErrorCode> = new Set(['internal_error', 'validation_error', 'conflict']);

/**
 * The log of a session, in the hands of the worker that holds its run. Appends take turns; those of one moment, and those that
 * come while one is under way, go together.
 */
export class RunLog {
  private readonly line: EntryLine;
  private isWriting = false;
  private all: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: RunLogParts,
    private end: LogEnd,
    private current: CouncilState,
  ) {
    this.line = new EntryLine(current);
  }

  /** The stored state. */
  get state(): CouncilState {
    return this.current;
  }

  /** The state if everything is stored that was handed in. */
  get expected(): CouncilState {
    return this.line.expected;
  }

  /** Resolves when everything is stored that was handed in until now. After the first failure it rejects with that, for good. */
  get stored(): Promise<void> {
    return this.all;
  }

  get spec(): CouncilSpec {
    return this.parts.spec;
  }

  get projectId(): string | null {
    return this.parts.projectId;
  }

  get installId(): string | undefined {
    return this.parts.installId;
  }

  get isUnread(): boolean {
    return this.parts.unread;
  }

  get isEmpty(): boolean {
    return this.end.sequence === 0;
  }

  /**
   * Adds what `entryFor` makes of the state when its turn comes; nothing, when that has no events. It is called before as well,
   * for the expected state.
   * @throws RunLost
   */
  append(entryFor: (state: CouncilState) => RunEntry): Promise<Appended> {
    const { promise } = this.line.add(entryFor);
    this.all = Promise.all([this.all, promise]).then(() => undefined);
    // Those who await `stored` learn of it.
    this.all.catch(() => {});
    if (!this.isWriting) void this.write();
    return promise;
  }

  /** Never rejects: each waiter gets the outcome. */
  private async write(): Promise<void> {
    this.isWriting = true;
    // Seats that answer at the same moment do so in one turn of the event loop, or in the next.
    await nextTurn();
    while (!this.line.isEmpty) {
      const { entries, after, waiting } = this.line.board(this.current);
      if (waiting.length === 0) continue;
      try {
        const outcome = await this.writeNow(mergedEntry(entries), after);
        if (outcome === 'refused') this.line.hopeAnew(this.current);
        for (const { resolve } of waiting) resolve(outcome);
      } catch (error) {
        if (waiting.length > 1 && !(error instanceof RunLost)) this.line.partWays(waiting);
        else {
          this.line.hopeAnew(this.current);
          for (const { reject } of waiting) reject(error);
        }
      }
    }
    this.isWriting = false;
  }

  private async writeNow(entry: RunEntry, after: CouncilState): Promise<Appended> {
    const { tenantId, sessionId, fence, spec, ports } = this.parts;
    const seats = entry.events.some(({ type }) => type === 'voting_complete') ? seatResults(spec, after) : undefined;
    const done = await this.written({
      ...entry,
      ...(seats === undefined ? {} : { seats }),
      place: { ...(this.parts.unread ? {} : { stage: stageOf(after), round: after.round }), ...entry.place },
      tenantId,
      sessionId,
      fence,
      end: this.end,
      atMs: ports.clock.epochMs(),
    });
    if (done.outcome === 'cancel_wanted') return 'refused';
    if (done.outcome !== 'appended') throw new RunLost(done.outcome);
    this.end = done.end;
    this.current = after;
    this.parts.onAppend(done.wanted);
    return done.wanted;
  }

  /** Waits for an unreachable database; a write whose answer was lost is recognised by what it has left. */
  private async written(full: SessionWrite): Promise<AppendOutcome> {
    for (;;) {
      try {
        const done = await this.parts.repository.append(full);
        return done.outcome === 'moved' ? await this.recognised(full) : done;
      } catch (error) {
        // A paid answer is kept, however long the database takes; only what it can never store is given up.
        if (!isAppError(error) || NEVER_WRITTEN.has(error.code)) throw error;
        await this.parts.ports.sleep(WRITE_AGAIN_MS, this.parts.signal);
      }
    }
  }

  private async recognised(full: SessionWrite): Promise<AppendOutcome> {
    const head = await this.parts.repository.head(full);
    const composed = composeEvents(full);
    const ours = head?.fence === full.fence && head.end.digest.equals(composed.end.digest);
    if (!ours) return { outcome: 'moved', wanted: null };
    // The append never learned that it had written, so it has announced nothing.
    this.parts.repository.announce(full, composed.events);
    return { outcome: 'appended', wanted: head.wanted, ...composed };
  }
}
