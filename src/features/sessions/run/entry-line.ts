import type { Wish } from '../../../journal/session-write.js';
import { advance, type CouncilState } from '../council/state.js';
import type { RunEntry } from './run-entry.js';

/** The outcome of an append: what a client wants of the session; `refused` when it must be cancelled instead. */
export type Appended = Wish | 'refused' | null;

/** An entry as it was made for one state, and the state after it. */
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

/** Entries that are stored together, their waiters, and the state after them. */
export interface EntryGroup {
  readonly entries: RunEntry[];
  readonly after: CouncilState;
  readonly waiting: WaitingEntry[];
}

/** Entries in line for a log, and the state that they lead to. */
export class EntryLine {
  private waiting: WaitingEntry[] = [];
  /** How many entries failed together, and now go one by one. */
  private apart = 0;

  /** @param hoped the stored state. */
  constructor(private hoped: CouncilState) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** The state if all entries are stored that are in line, or have left it. */
  get expected(): CouncilState {
    return this.hoped;
  }

  add(entryFor: (state: CouncilState) => RunEntry): WaitingEntry {
    const one: WaitingEntry = { entryFor, made: undefined, ...Promise.withResolvers<Appended>() };
    this.waiting.push(one);
    this.hope(one);
    return one;
  }

  /** An entry was not stored: those behind it are made anew. @param current the stored state. */
  hopeAnew(current: CouncilState): void {
    this.hoped = current;
    for (const one of this.waiting) this.hope(one);
  }

  /** Entries that failed together go one by one: one that cannot be stored must not cost the paid answers of the others. */
  partWays(waiting: readonly WaitingEntry[]): void {
    this.waiting.unshift(...waiting);
    this.apart = waiting.length;
  }

  /**
   * The entries that are next. One that ends or pauses the session goes alone: it may be refused.
   * @param current the stored state.
   */
  board(current: CouncilState): EntryGroup {
    const [entries, waiting]: [RunEntry[], WaitingEntry[]] = [[], []];
    let after = current;
    for (let one = this.waiting[0]; one; one = this.waiting[0]) {
      try {
        // An entry that ends the session depends on more than the log: it is made anew.
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
