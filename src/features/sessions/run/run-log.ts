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

/** The run is no longer this worker's: whatever it still knows of it is to be forgotten. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

export interface RunLogParts extends SessionKey {
  readonly spec: CouncilSpec;
  /** Of the actions that it plans: a UUID. */
  readonly projectId: string | null;
  /** Whose count it adds to when it completes; undefined: the server's. */
  readonly installId: string | undefined;
  readonly fence: number;
  readonly repository: SessionLogRepository;
  readonly ports: RetryPorts;
  /** Ends the waiting for a database that is away. */
  readonly signal: AbortSignal;
  /** Told of each append, and of what is wanted of the session. */
  readonly onAppend: (wanted: Wish | null) => void;
  /** Whether the log is only to be ended: it has not been read, because reading it may be what kills. */
  readonly unread: boolean;
}

/** How long the database is waited for between two attempts to write, milliseconds. */
const WRITE_AGAIN_MS = 1_000;

/** What the same write would meet with again. */
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

  /** What is stored. */
  get state(): CouncilState {
    return this.current;
  }

  /** What will be, if all is stored that was handed in. */
  get expected(): CouncilState {
    return this.line.expected;
  }

  /** Resolves when all is stored that was handed in until now. Rejects with the first of it that was not, for good. */
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
   * Adds what `entryFor` makes of the state when its turn comes; nothing, when that is no event. It is asked before as well, for
   * what is to be expected.
   * @throws RunLost
   */
  append(entryFor: (state: CouncilState) => RunEntry): Promise<Appended> {
    const { promise } = this.line.add(entryFor);
    this.all = Promise.all([this.all, promise]).then(() => undefined);
    // Whoever waits for it learns of it.
    this.all.catch(() => {});
    if (!this.isWriting) void this.write();
    return promise;
  }

  /** Never rejects: each of those who wait learns the outcome. */
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

  /** Waits for a database that is away; a write whose answer was lost is recognised by what it has left. */
  private async written(full: SessionWrite): Promise<AppendOutcome> {
    for (;;) {
      try {
        const done = await this.parts.repository.append(full);
        return done.outcome === 'moved' ? await this.recognised(full) : done;
      } catch (error) {
        // What has been paid for is kept, however long the database takes; only what it can never take is given up.
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
    // Whoever wrote it has not learned that it was written, so nobody was told.
    this.parts.repository.announce(full, composed.events);
    return { outcome: 'appended', wanted: head.wanted, ...composed };
  }
}
