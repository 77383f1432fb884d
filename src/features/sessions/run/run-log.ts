import { setImmediate as nextTurn } from 'node:timers/promises';
import { composeEvents, type LogEnd } from '../../../journal/event-log.js';
import type { SessionLogRepository } from '../../../journal/session-log.repository.js';
import type { AppendOutcome, SessionKey, SessionWrite, Wish } from '../../../journal/session-write.js';
import { isAppError } from '../../../reliability/errors/app-error.js';
import type { ErrorCode } from '../../../reliability/errors/codes.js';
import type { RetryPorts } from '../../../reliability/retry/retry.js';
import { stageOf } from '../council/stage.js';
import { advance, type CouncilState } from '../council/state.js';
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

/** What became of an append: what is wanted of the session; `refused` when it must be cancelled instead. */
export type Appended = Wish | 'refused' | null;

/** What an entry is in a certain state, and the state after it. */
interface Made {
  readonly from: CouncilState;
  readonly entry: RunEntry;
  readonly after: CouncilState;
}

/** An entry that waits for its turn. */
interface Waiting extends PromiseWithResolvers<Appended> {
  readonly entryFor: (state: CouncilState) => RunEntry;
  /** As it will be, if all before it are stored. */
  made: Made | undefined;
}

/**
 * The log of a session, in the hands of the worker that holds its run. Appends take turns; those of one moment, and those that
 * come while one is under way, go together.
 */
export class RunLog {
  private waiting: Waiting[] = [];
  private isWriting = false;
  /** Entries that have failed together, and go one by one now. */
  private apart = 0;
  private hoped: CouncilState;
  private all: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: RunLogParts,
    private end: LogEnd,
    private current: CouncilState,
  ) {
    this.hoped = current;
  }

  /** What is stored. */
  get state(): CouncilState {
    return this.current;
  }

  /** What will be, if all is stored that was handed in. */
  get expected(): CouncilState {
    return this.hoped;
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
    const one: Waiting = { entryFor, made: undefined, ...Promise.withResolvers<Appended>() };
    this.waiting.push(one);
    this.hope(one);
    this.all = Promise.all([this.all, one.promise]).then(() => undefined);
    // Whoever waits for it learns of it.
    this.all.catch(() => {});
    if (!this.isWriting) void this.write();
    return one.promise;
  }

  private hope(one: Waiting): void {
    try {
      one.made = made(one, this.hoped);
      this.hoped = one.made.after;
    } catch {
      // It fails when its turn comes.
      one.made = undefined;
    }
  }

  /** One was not stored: those behind it are something else now. */
  private hopeAnew(): void {
    this.hoped = this.current;
    for (const one of this.waiting) this.hope(one);
  }

  /** Never rejects: each of those who wait learns the outcome. */
  private async write(): Promise<void> {
    this.isWriting = true;
    // Seats that answer at the same moment do so in one turn of the event loop, or in the next.
    await nextTurn();
    while (this.waiting.length > 0) {
      const { entries, after, waiting } = this.board();
      if (waiting.length === 0) continue;
      try {
        const outcome = await this.writeNow(mergedEntry(entries), after);
        if (outcome === 'refused') this.hopeAnew();
        for (const { resolve } of waiting) resolve(outcome);
      } catch (error) {
        if (waiting.length > 1 && !(error instanceof RunLost)) this.partWays(waiting);
        else {
          this.hopeAnew();
          for (const { reject } of waiting) reject(error);
        }
      }
    }
    this.isWriting = false;
  }

  /** What one of them cannot have stored must not cost the answers of the others, which are paid for. */
  private partWays(waiting: readonly Waiting[]): void {
    this.waiting.unshift(...waiting);
    this.apart = waiting.length;
  }

  /** Those who are next, and the state after their entries. One that ends or pauses the session goes alone: it may be refused. */
  private board(): { entries: RunEntry[]; after: CouncilState; waiting: Waiting[] } {
    const [entries, waiting]: [RunEntry[], Waiting[]] = [[], []];
    let after = this.current;
    for (let one = this.waiting[0]; one; one = this.waiting[0]) {
      try {
        // What ends the session hangs on more than on the log.
        const isSame = one.made?.from === after && one.made.entry.place?.status === undefined;
        const { entry, after: reached } = isSame && one.made ? one.made : made(one, after);
        if (entry.place?.status !== undefined && entries.length > 0) break;
        if (entry.events.length > 0) {
          entries.push(entry);
          waiting.push(one);
          after = reached;
        } else one.resolve(null);
      } catch (error) {
        one.reject(error);
      }
      this.waiting.shift();
      const goesAlone = this.apart > 0 || entries.at(-1)?.place?.status !== undefined;
      this.apart = Math.max(0, this.apart - 1);
      if (goesAlone) break;
    }
    return { entries, after, waiting };
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

function made({ entryFor }: Waiting, from: CouncilState): Made {
  const entry = entryFor(from);
  return { from, entry, after: advance(from, entry.events) };
}
