import { EMPTY_DIGEST } from '../../src/journal/digest.js';
import { composeEvents, type LogEnd, type LoggedEvent } from '../../src/journal/event-log.js';
import type { SessionLogRepository } from '../../src/journal/session-log.repository.js';
import type { AppendOutcome, SessionHead, SessionKey, SessionWrite, Wish } from '../../src/journal/session-write.js';
import { AppError } from '../../src/reliability/errors/app-error.js';

/** How a write goes wrong. */
export type Mishap =
  /** The database cannot be reached. */
  | 'away'
  /** It is written, and the answer gets lost. */
  | 'answer-lost'
  /** An unforeseen error. */
  | 'broken';

/** A session's log in memory, with the rules of `session_append`. */
export class MemoryLog {
  readonly events: LoggedEvent[] = [];
  /** The writes that were accepted. */
  readonly writes: SessionWrite[] = [];
  /** The events that turned out to be committed after all. */
  readonly announced: LoggedEvent[] = [];
  /** One per write, in order; after them all goes well. */
  readonly mishaps: (Mishap | undefined)[] = [];
  /** How often a write was tried. */
  tries = 0;
  fence = 1;
  wanted: Wish | null = null;
  status = 'running';
  private end: LogEnd = { sequence: 0, digest: EMPTY_DIGEST };

  /** The same log, typed as the repository. */
  get repository(): SessionLogRepository {
    return {
      append: (write: SessionWrite) => this.append(write),
      head: () => Promise.resolve(this.head()),
      announce: (_key: SessionKey, events: readonly LoggedEvent[]) => void this.announced.push(...events),
    } as unknown as SessionLogRepository;
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** The data of the last event. */
  get last(): unknown {
    const text = this.events.at(-1)?.data;
    return text === undefined ? undefined : (JSON.parse(text) as { data: unknown }).data;
  }

  async append(write: SessionWrite): Promise<AppendOutcome> {
    this.tries += 1;
    const mishap = this.mishaps.shift();
    if (mishap === 'away') throw new AppError('dependency_unavailable');
    if (mishap === 'broken') throw new TypeError('nobody has foreseen this');
    const outcome = this.take(write);
    if (mishap === 'answer-lost') throw new AppError('dependency_unavailable');
    return Promise.resolve(outcome);
  }

  private take(write: SessionWrite): AppendOutcome {
    const { wanted } = this;
    if (write.fence !== this.fence) return { outcome: 'fenced', wanted };
    if (write.end.sequence !== this.end.sequence) return { outcome: 'moved', wanted };
    const status = write.place?.status;
    if (wanted === 'cancel' && status !== undefined && status !== 'cancelled')
      return { outcome: 'cancel_wanted', wanted };
    const composed = composeEvents(write);
    this.events.push(...composed.events);
    this.writes.push(write);
    this.end = composed.end;
    if (status !== undefined) [this.status, this.wanted] = [status, null];
    return { outcome: 'appended', wanted: this.wanted, ...composed };
  }

  private head(): SessionHead {
    const { status, fence, wanted, end } = this;
    return { status, fence, wanted, end, epoch: 'abcdefgh', attempt: 1 };
  }
}
