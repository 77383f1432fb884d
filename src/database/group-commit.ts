import { DatabaseSilent } from './connection-watch.js';
import { BulkheadTimeout } from '../reliability/bulkhead/bulkhead.js';
import { outsideContext } from '../reliability/context/request-context.js';
import { AppError } from '../reliability/errors/app-error.js';

export interface GroupCommitOptions<T, R> {
  /** Commits the items in one transaction; the results in the same order. Gives up when the signal is aborted. */
  commit: (items: readonly T[], signal: AbortSignal) => Promise<readonly R[]>;
  /** The most items of one transaction. A caller's items are never split: a caller with more gets one to itself. */
  maxItems: number;
  /** Items that may wait: more are refused. */
  maxWaiting: number;
  /** Transactions that may be under way at once. */
  concurrency: number;
  /** Whether a failure took so long that the callers waiting behind it fail with it, rather than wait again. */
  endsWait?: (error: unknown) => boolean;
}

/** For writes that share locks: two transactions would wait for each other. A full one stays far below its time limit. */
export const WRITE_GROUP = {
  maxItems: 512,
  maxWaiting: 8_192,
  concurrency: 1,
  endsWait: (error: unknown) => error instanceof DatabaseSilent || error instanceof BulkheadTimeout,
} as const;

/** Below this many items, more transactions cost more than equal halves gain. */
const MIN_HALF = 16;

/** One caller's items, on their way. */
interface Passenger<T, R> {
  readonly items: readonly T[];
  readonly settle: (outcome: { results: readonly R[] } | { error: unknown }) => void;
  /** Set while the transaction that carries it is under way. */
  onLeave: (() => void) | undefined;
}

/**
 * Turns the concurrent writes of many callers into few transactions. A caller that comes while transactions are under way
 * goes with the next one, so batches grow with the load and no caller waits for a timer. Each caller is answered after the
 * commit that holds all of its items; a transaction that all its callers have given up is aborted.
 */
export class GroupCommit<T, R> {
  private readonly waiting = new Set<Passenger<T, R>>();
  private waitingItems = 0;
  private underWay = 0;
  /** Items of the transaction that departed last. */
  private lastItems = 0;
  private scheduled = false;

  constructor(private readonly options: GroupCommitOptions<T, R>) {}

  /**
   * Commits all items of one caller in one transaction.
   * @throws AppError overloaded when too much is waiting; the signal's reason; what the commit throws.
   */
  submit(items: readonly T[], signal?: AbortSignal): Promise<readonly R[]> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.waitingItems + items.length > this.options.maxWaiting)
      return Promise.reject(new AppError('overloaded', { detail: 'Too many writes are waiting for the database.' }));
    return new Promise((resolve, reject) => {
      const passenger: Passenger<T, R> = {
        items,
        onLeave: undefined,
        settle: (outcome) => {
          signal?.removeEventListener('abort', onAbort);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.results);
        },
      };
      const onAbort = () => {
        if (this.waiting.delete(passenger)) this.waitingItems -= items.length;
        else passenger.onLeave?.();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.add(passenger);
      this.waitingItems += items.length;
      this.schedule();
    });
  }

  snapshot(): { waiting: number; under_way: number } {
    return { waiting: this.waitingItems, under_way: this.underWay };
  }

  /** Callers that arrive in one turn of the event loop travel together. */
  private schedule(): void {
    if (this.scheduled || this.underWay >= this.options.concurrency) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.depart();
    });
  }

  /** @returns whether a transaction has begun. */
  private depart(): boolean {
    let departed = false;
    while (this.underWay < this.options.concurrency) {
      const passengers = this.board();
      if (passengers.length === 0) break;
      this.underWay += 1;
      departed = true;
      // Outside the context of the request that set it off, whose deadline would end it for all the others.
      void outsideContext(() => this.carry(passengers));
    }
    return departed;
  }

  /**
   * Takes half of all passengers, counting the last ones, who will soon be back: this process answers and reads one half
   * while the database works on the other. A single crowd would keep only one of the two busy at a time.
   */
  private board(): Passenger<T, R>[] {
    const half = Math.max(MIN_HALF, Math.ceil((this.waitingItems + this.lastItems) / 2));
    const boarded: Passenger<T, R>[] = [];
    let items = 0;
    for (const passenger of this.waiting) {
      if (items >= half || (boarded.length > 0 && items + passenger.items.length > this.options.maxItems)) break;
      this.waiting.delete(passenger);
      items += passenger.items.length;
      boarded.push(passenger);
    }
    this.waitingItems -= items;
    this.lastItems = items;
    return boarded;
  }

  private dismiss(error: unknown): void {
    this.waitingItems = 0;
    for (const { settle } of this.waiting) settle({ error });
    this.waiting.clear();
  }

  /** Never rejects: each passenger learns the outcome. */
  private async carry(passengers: readonly Passenger<T, R>[]): Promise<void> {
    let results: readonly R[];
    try {
      results = await this.commit(passengers);
    } catch (error) {
      for (const passenger of passengers) passenger.settle({ error });
      if (this.options.endsWait?.(error) === true) this.dismiss(error);
      this.underWay -= 1;
      this.depart();
      return;
    }
    this.underWay -= 1;
    // Send the next statement before these answers are written, or the database would stand idle meanwhile.
    if (this.depart()) setImmediate(distribute, results, passengers);
    else distribute(results, passengers);
  }

  private async commit(passengers: readonly Passenger<T, R>[]): Promise<readonly R[]> {
    const abandoned = new AbortController();
    let aboard = passengers.length;
    for (const passenger of passengers)
      passenger.onLeave = () => {
        aboard -= 1;
        if (aboard === 0) abandoned.abort(new AppError('deadline_exceeded'));
      };
    return this.options.commit(
      passengers.flatMap((passenger) => passenger.items),
      abandoned.signal,
    );
  }
}

/** Gives each passenger the results of its own items. */
function distribute<T, R>(results: readonly R[], passengers: readonly Passenger<T, R>[]): void {
  let from = 0;
  for (const { items, settle } of passengers) {
    settle({ results: results.slice(from, from + items.length) });
    from += items.length;
  }
}
