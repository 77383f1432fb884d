import type { Wish } from '../../../journal/session-write.js';
import { advance, type CouncilState } from '../council/state.js';
import type { RunEntry } from './run-entry.js';

/** What became of an append: what is wanted of the session; `refused` when it must be cancelled instead. */
export type Appended = Wish | 'refused' | null;

/** What an entry is in a certain state, and the state after it. */
interface Made {
  readonly from: CouncilState;
  readonly entry: RunEntry;
  readonly after: CouncilState;
}

/** An entry that waits for its turn. */
export interface WaitingEntry extends PromiseWithResolvers<Appended> {
  readonly entryFor: (state: CouncilState) => RunEntry;
  /** As it will be, if all before it are stored. */
  made: Made | undefined;
}

/** Entries that are stored together, those who wait for them, and the state after them. */
export interface EntryGroup {
  readonly entries: RunEntry[];
  readonly after: CouncilState;
  readonly waiting: WaitingEntry[];
}

/** Entries in line for a log, and what is to be expected of them. */
export class EntryLine {
  private waiting: WaitingEntry[] = [];
  /** Entries that have failed together, and go one by one now. */
  private apart = 0;

  /** @param hoped what is stored. */
  constructor(private hoped: CouncilState) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** What will be, if all is stored that is in line, or has left it. */
  get expected(): CouncilState {
    return this.hoped;
  }

  add(entryFor: (state: CouncilState) => RunEntry): WaitingEntry {
    const one: WaitingEntry = { entryFor, made: undefined, ...Promise.withResolvers<Appended>() };
    this.waiting.push(one);
    this.hope(one);
    return one;
  }

  /** One was not stored: those behind it are something else now. @param current what is stored. */
  hopeAnew(current: CouncilState): void {
    this.hoped = current;
    for (const one of this.waiting) this.hope(one);
  }

  /** What one of them cannot have stored must not cost the answers of the others, which are paid for. */
  partWays(waiting: readonly WaitingEntry[]): void {
    this.waiting.unshift(...waiting);
    this.apart = waiting.length;
  }

  /**
   * Those who are next. One that ends or pauses the session goes alone: it may be refused.
   * @param current what is stored.
   */
  board(current: CouncilState): EntryGroup {
    const [entries, waiting]: [RunEntry[], WaitingEntry[]] = [[], []];
    let after = current;
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

  private hope(one: WaitingEntry): void {
    try {
      one.made = made(one, this.hoped);
      this.hoped = one.made.after;
    } catch {
      // It fails when its turn comes.
      one.made = undefined;
    }
  }
}

function made({ entryFor }: WaitingEntry, from: CouncilState): Made {
  const entry = entryFor(from);
  return { from, entry, after: advance(from, entry.events) };
}
